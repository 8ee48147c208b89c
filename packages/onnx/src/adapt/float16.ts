/**
 * @file float32 graphs computed in float16: inputs, outputs and what float16 has no room for stay float32.
 *
 * Products of large tensors and what is element by element become float16; sums over axes, roots, quotients, exponentials and
 * normalisations stay, and so does an operator with a constant beyond float16. What only moves values follows its input. A value is cast
 * once each way. Gradients need a cotangent of ordinary size: they vanish below 6e-8 (`scaleCotangent` of a chain).
 */
import { pruneNodes } from '../build/prune.ts';
import { attributesFrom } from '../ir/attribute.ts';
import { check, inferTypes } from '../ir/check.ts';
import { dtypeCode } from '../ir/dtype.ts';
import { graph, node, type Graph, type Node } from '../ir/graph.ts';
import { mapTensor, tensorNumbers, type Tensor } from '../ir/tensor.ts';

const HALF = operators(
  'Conv ConvTranspose Gemm MatMul BatchNormalization MaxPool AveragePool',
  'Add Sub Mul Neg Relu LeakyRelu PRelu Clip Sigmoid Tanh Where',
);
const MOVES = operators(
  'Concat Split Slice Pad Reshape Transpose Squeeze Unsqueeze Flatten',
  'Expand Tile Gather DepthToSpace SpaceToDepth Identity',
);

const LARGEST = 65504;

/** The same function with float16 in its inner values; names and types of inputs and outputs stay. */
export function computeInFloat16(source: Graph): Graph {
  const conversion = new Conversion(source);
  for (const each of source.nodes) conversion.visit(each);
  return conversion.finish();
}

class Conversion {
  private readonly source: Graph;
  private readonly types: ReturnType<typeof inferTypes>;
  private readonly initialisers: Map<string, Tensor>;
  private readonly nodes: Node[] = [];
  /** float16 forms of values, by name. */
  private readonly halves = new Map<string, string>();
  /** Values that exist under their own name, so in float32. */
  private readonly wholes: Set<string>;
  private readonly names: Set<string>;

  constructor(source: Graph) {
    this.source = source;
    this.types = inferTypes(source);
    this.initialisers = new Map(source.initialisers);
    this.wholes = new Set([...source.inputs.map(({ name }) => name), ...this.initialisers.keys()]);
    this.names = new Set([
      ...this.wholes,
      ...source.nodes.flatMap(({ name, outputs }) => [name, ...outputs]),
    ]);
  }

  visit(each: Node): void {
    if (!this.isHalf(each)) {
      for (const input of each.inputs) this.provideWhole(input);
      for (const output of each.outputs) this.wholes.add(output);
      this.nodes.push(each);
      return;
    }
    const inputs = each.inputs.map((name) => (this.isFloat32(name) ? this.half(name) : name));
    const outputs = each.outputs.map((name) => {
      if (!this.isFloat32(name)) return name;
      const made = this.fresh(`${name}/half`);
      this.halves.set(name, made);
      return made;
    });
    this.nodes.push(node({ ...each, inputs, outputs }));
  }

  finish(): Graph {
    for (const { name } of this.source.outputs) this.provideWhole(name);
    return check(
      pruneNodes(graph({ ...this.source, initialisers: this.initialisers, nodes: this.nodes })),
    );
  }

  private isHalf(each: Node): boolean {
    if (each.domain !== '' || !this.isFloat32(each.outputs[0] ?? '')) return false;
    const floats = each.inputs.filter((name) => this.isFloat32(name));
    if (!floats.every((name) => this.fits(name))) return false;
    if (HALF.has(each.opType)) return true;
    return (
      MOVES.has(each.opType) &&
      floats.some((name) => this.halves.has(name) && !this.source.initialisers.has(name))
    );
  }

  private isFloat32(name: string): boolean {
    return this.types.get(name)?.dtype === 'float32';
  }

  /** Whether float16 has room for a constant; a value that is computed is taken to be of ordinary size. */
  private fits(name: string): boolean {
    const constant = this.initialisers.get(name);
    if (!constant || this.halves.has(name)) return true;
    return tensorNumbers(constant).every((value) => Math.abs(value) <= LARGEST);
  }

  private half(name: string): string {
    const known = this.halves.get(name);
    if (known !== undefined) return known;
    const made = this.fresh(`${name}/half`);
    const constant = this.initialisers.get(name);
    if (constant)
      this.initialisers.set(
        made,
        mapTensor(constant, (value) => value, 'float16'),
      );
    else this.cast(name, made, 'float16');
    this.halves.set(name, made);
    return made;
  }

  private provideWhole(name: string): void {
    const half = this.halves.get(name);
    if (half === undefined || this.wholes.has(name)) return;
    this.cast(half, name, 'float32');
    this.wholes.add(name);
  }

  private cast(from: string, to: string, dtype: 'float16' | 'float32'): void {
    this.nodes.push(
      node({
        name: this.fresh(`${from}/cast`),
        opType: 'Cast',
        inputs: [from],
        outputs: [to],
        attributes: attributesFrom({ to: dtypeCode(dtype) }),
      }),
    );
  }

  private fresh(hint: string): string {
    let name = hint;
    for (let count = 1; this.names.has(name); count += 1) name = `${hint}_${count}`;
    this.names.add(name);
    return name;
  }
}

function operators(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.flatMap((list) => list.split(' ')));
}
