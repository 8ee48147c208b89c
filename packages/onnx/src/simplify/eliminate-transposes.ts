/**
 * @file Transposes that cancel: networks exported from NHWC frameworks turn every value to NCHW for a convolution and back after it.
 *
 * Each value is kept as (base, perm), standing for Transpose(base, perm), for as long as operators can work on the base: element-wise
 * ones as they are, others with their axes renamed. Pairs that meet vanish; what is left is written out where a node needs it. The
 * result is taken only when fewer Transposes remain.
 */
import { transposeTensor } from '../evaluate/movement.ts';
import type { TypeTable } from '../infer/infer-node.ts';
import { attributesFrom } from '../ir/attribute.ts';
import { typeTable } from '../ir/check.ts';
import { graph, node, type Graph, type Node } from '../ir/graph.ts';
import { tensor, tensorFrom, type Tensor } from '../ir/tensor.ts';
import { AXIS_RULES } from './renamed-axes.ts';

/** A value as Transpose(base, perm). */
interface Turned {
  readonly base: string;
  readonly perm: readonly number[];
}

const POINTWISE = new Set(
  (
    'Neg Abs Exp Log Sqrt Reciprocal Sin Cos Tan Tanh Sigmoid Softplus Softsign Erf Relu LeakyRelu Elu Selu Celu HardSigmoid ' +
    'HardSwish Mish Gelu ThresholdedRelu Floor Ceil Round Sign Clip Not Cast Add Sub Mul Div Mod Pow Min Max Sum Mean Where PRelu ' +
    'Greater Less GreaterOrEqual LessOrEqual Equal And Or Xor'
  ).split(' '),
);

/** The graph with Transposes moved towards the outputs where that cancels some. */
export function eliminateTransposes(source: Graph): Graph {
  const before = countTransposes(source);
  if (before === 0) return source;
  const turned = new Sinking(source).run();
  return countTransposes(turned) < before ? turned : source;
}

function countTransposes({ nodes }: Graph): number {
  return nodes.filter((n) => n.domain === '' && n.opType === 'Transpose').length;
}

class Sinking {
  private readonly source: Graph;
  private readonly table: TypeTable;
  private readonly outputs: ReadonlySet<string>;
  private readonly initialisers: Map<string, Tensor>;
  private readonly turned = new Map<string, Turned>();
  private readonly aliases = new Map<string, string>();
  /** Turned values that a node also needed in their own order. */
  private readonly written = new Set<string>();
  private readonly nodes: Node[] = [];

  constructor(source: Graph) {
    this.source = source;
    this.table = typeTable(source);
    this.outputs = new Set(source.outputs.map((o) => o.name));
    this.initialisers = new Map(source.initialisers);
  }

  run(): Graph {
    for (const each of this.source.nodes)
      if (!this.turn(each)) this.nodes.push(this.withPlainInputs(each));
    return graph({ ...this.source, initialisers: this.initialisers, nodes: this.nodes });
  }

  /** Whether the node was taken in turned form; outputs of the graph never are. */
  private turn(each: Node): boolean {
    if (each.domain !== '' || each.outputs.some((name) => this.outputs.has(name))) return false;
    if (each.opType === 'Transpose') return this.turnTranspose(each);
    const perm = each.inputs
      .map((name) => this.turned.get(name)?.perm)
      .find((p) => p !== undefined);
    if (!perm) return false;
    if (POINTWISE.has(each.opType)) return this.turnPointwise(each, perm);
    const renamed = AXIS_RULES[each.opType]?.(this.table.context(each), perm);
    const lead = renamed && this.basesOf(each, renamed.turnedInputs, perm);
    if (!renamed || !lead) return false;
    const constants = renamed.constants.map((values, at) =>
      values
        ? this.constant(`${each.name}/turned_${at}`, tensorFrom(values.dtype, values.values))
        : '',
    );
    this.emit(each, [...lead, ...constants], renamed.perm, renamed.attributes);
    return true;
  }

  private turnTranspose(each: Node): boolean {
    const name = each.inputs[0] as string;
    const rank = this.table.types.get(name)?.shape.length ?? 0;
    const own =
      this.table.context(each).intList('perm') ??
      Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
    const inner = this.turned.get(name);
    const perm = inner ? own.map((axis) => inner.perm[axis] as number) : own;
    const base = inner?.base ?? this.plain(name);
    const output = each.outputs[0] as string;
    if (perm.every((axis, at) => axis === at)) this.aliases.set(output, base);
    else this.turned.set(output, { base, perm });
    return true;
  }

  private turnPointwise(each: Node, perm: readonly number[]): boolean {
    const all = each.inputs.map((_, at) => at);
    const bases = this.basesOf(each, all, perm);
    if (!bases) return false;
    this.emit(each, bases, perm);
    return true;
  }

  /** The chosen inputs before the common perm: turned values by their base, constants turned back; undefined where one does not fit. */
  private basesOf(
    each: Node,
    chosen: readonly number[],
    perm: readonly number[],
  ): readonly string[] | undefined {
    const found = chosen.map((at) => this.baseOf(each.inputs[at] as string, perm));
    return found.every((name) => name !== undefined) ? found : undefined;
  }

  private baseOf(name: string, perm: readonly number[]): string | undefined {
    if (name === '') return '';
    const turned = this.turned.get(name);
    if (turned) return turned.perm.join() === perm.join() ? turned.base : undefined;
    const type = this.table.types.get(this.plain(name));
    if (type?.shape.every((d) => d === 1) && type.shape.length <= 1) return this.plain(name);
    const constant = this.initialisers.get(this.plain(name));
    if (!constant || constant.dims.length > perm.length) return undefined;
    const lead = Array.from({ length: perm.length - constant.dims.length }, () => 1);
    const wide = tensor(constant.dtype, [...lead, ...constant.dims], constant.data);
    return this.constant(`${name}/turned_${perm.join('')}`, transposeTensor(wide, inverse(perm)));
  }

  /** Adds the node on bases; its outputs are turned by `perm`, or plain when that is the identity. */
  private emit(
    each: Node,
    inputs: readonly string[],
    perm: readonly number[],
    attributes = each.attributes,
  ): void {
    const isPlain = perm.every((axis, at) => axis === at);
    const outputs = each.outputs.map((name) => (isPlain || name === '' ? name : `${name}/base`));
    this.nodes.push(node({ ...each, inputs, outputs, attributes }));
    if (isPlain) return;
    each.outputs.forEach((name, at) => {
      if (name !== '') this.turned.set(name, { base: outputs[at] as string, perm });
    });
  }

  private withPlainInputs(each: Node): Node {
    const inputs = each.inputs.map((name) => this.plain(name));
    return inputs.every((name, at) => name === each.inputs[at]) ? each : node({ ...each, inputs });
  }

  /** A value by a name that exists in the new graph; a turned one is written out, once. */
  private plain(name: string): string {
    const turned = this.turned.get(name);
    if (turned && !this.written.has(name)) {
      this.written.add(name);
      this.nodes.push(
        node({
          name: `${name}/transpose`,
          opType: 'Transpose',
          inputs: [turned.base],
          outputs: [name],
          attributes: attributesFrom({ perm: turned.perm }),
        }),
      );
    }
    return this.aliases.get(name) ?? name;
  }

  private constant(name: string, value: Tensor): string {
    this.initialisers.set(name, value);
    return name;
  }
}

function inverse(perm: readonly number[]): readonly number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}
