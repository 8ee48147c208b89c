/**
 * @file Recomputation: a gradient graph that keeps fewer activations and computes the others again on the way back.
 *
 * The forward pass is cut into segments. What a segment makes is not kept for the gradient except where it crosses a cut; the
 * segment's nodes are repeated before the gradient goes through it. Runtimes merge equal nodes and start nodes as early as they can, so a repeat
 * reads what crosses the cut through a sum with a zero that is computed from the gradient arriving at the segment: a true dependency
 * that no optimiser can remove.
 */
import { attributesFrom } from '../ir/attribute.ts';
import { typeTable } from '../ir/check.ts';
import { isFloat } from '../ir/dtype.ts';
import { graph, node, type Graph, type Node } from '../ir/graph.ts';
import { sortNodes } from '../ir/order.ts';
import { tensorFrom, type Tensor } from '../ir/tensor.ts';
import {
  dependents,
  estimateMemory,
  forwardValues,
  type MemoryEstimate,
  type Sizes,
} from './estimate-memory.ts';

export interface RecomputeOptions {
  /** Most bytes that the values may need at once, weights not counted. */
  readonly limitBytes: number;
  /** Numbers for symbolic dimensions. */
  readonly sizes: Sizes;
  /** The inputs that carry gradients in, as `differentiate` names them. */
  readonly cotangents: readonly string[];
}

const SEGMENT_COUNTS = [2, 3, 4, 6, 8, 12, 16, 24, 32];

/**
 * The gradient graph as it is where it fits the limit, else with as few segments recomputed as fit; where nothing fits, with the number that needs
 * least. Give it the result of `differentiate`. Results are the same up to rounding.
 */
export function recompute(source: Graph, options: RecomputeOptions): Graph {
  let best = { graph: source, ...estimateMemory(source, options) };
  for (const count of SEGMENT_COUNTS) {
    if (best.peakBytes <= options.limitBytes) break;
    const candidate = withSegments(source, options, count);
    const estimate: MemoryEstimate = estimateMemory(candidate, options);
    if (estimate.peakBytes < best.peakBytes) best = { graph: candidate, ...estimate };
  }
  return best.graph;
}

function withSegments(source: Graph, options: RecomputeOptions, count: number): Graph {
  const made = forwardValues(source, options.cotangents);
  const isForward = (n: Node): boolean => n.outputs.some((name) => made.has(name));
  const forward = source.nodes.filter(isForward);
  const segments = new Map<string, number>();
  const length = Math.ceil(forward.length / count);
  forward.forEach((n, at) =>
    n.outputs.forEach((name) => segments.set(name, Math.floor(at / length))),
  );
  const later = source.nodes.filter((n) => !isForward(n));
  const backward = dependents(source, options.cotangents);
  const arrivals = arrivalsOf(later, segments, backward);
  const repeats = new Repeats(source, { arrivals, forward, segments, last: count - 1 });
  const rewritten = later.map((n) => repeats.rewrite(n));
  const nodes = [...forward, ...repeats.nodes, ...rewritten];
  const initialisers = new Map([...source.initialisers, ...repeats.initialisers]);
  const given = new Set([...source.inputs.map((i) => i.name), ...initialisers.keys()]);
  return graph({ ...source, initialisers, nodes: inRunOrder(sortNodes(nodes, given)) });
}

/** By segment, the gradient that the first node to need the segment's values takes in; nothing before it needs them. */
function arrivalsOf(
  later: readonly Node[],
  segments: ReadonlyMap<string, number>,
  backward: ReadonlySet<string>,
): ReadonlyMap<number, string> {
  const arrivals = new Map<number, string>();
  // Values made of the forward pass alone need what they are made of.
  const needs = new Map<string, ReadonlySet<number>>();
  for (const n of later) {
    const needed = new Set<number>();
    for (const name of n.inputs) {
      const segment = segments.get(name);
      if (segment !== undefined) needed.add(segment);
      for (const one of needs.get(name) ?? []) needed.add(one);
    }
    const arriving = n.inputs.find((name) => backward.has(name));
    if (arriving === undefined) for (const name of n.outputs) needs.set(name, needed);
    else for (const segment of needed) if (!arrivals.has(segment)) arrivals.set(segment, arriving);
  }
  return arrivals;
}

interface Cut {
  readonly arrivals: ReadonlyMap<number, string>;
  readonly forward: readonly Node[];
  /** The segment of each forward value. */
  readonly segments: ReadonlyMap<string, number>;
  /** The last segment is never repeated: the gradient begins there. */
  readonly last: number;
}

/** Repeats forward nodes when a gradient node first reads what they make. */
class Repeats {
  readonly nodes: Node[] = [];
  readonly initialisers = new Map<string, Tensor>();
  private readonly cut: Cut;
  private readonly producers: ReadonlyMap<string, Node>;
  private readonly inputs: ReadonlySet<string>;
  private readonly table: ReturnType<typeof typeTable>;
  private readonly zeros = new Map<number, string>();
  private readonly copies = new Map<string, string>();

  constructor(source: Graph, cut: Cut) {
    this.cut = cut;
    this.table = typeTable(source);
    this.inputs = new Set(source.inputs.map((input) => input.name));
    this.producers = new Map(
      cut.forward.flatMap((n) => n.outputs.map((name): [string, Node] => [name, n])),
    );
  }

  /** The gradient node, reading repeats. */
  rewrite(n: Node): Node {
    const inputs = n.inputs.map((name) => {
      const segment = this.cut.segments.get(name);
      if (segment === undefined || segment === this.cut.last) return name;
      if (!isFloat(this.table.types.get(name)?.dtype ?? 'bool')) return name;
      const zero = this.zeroOf(segment);
      return zero === undefined ? name : this.repeated(name, segment, zero);
    });
    return node({ ...n, inputs });
  }

  /** 0, computed from the gradient that arrives at the segment. */
  private zeroOf(segment: number): string | undefined {
    const known = this.zeros.get(segment);
    if (known !== undefined) return known;
    const arriving = this.cut.arrivals.get(segment);
    const type = arriving === undefined ? undefined : this.table.types.get(arriving);
    if (arriving === undefined || type === undefined) return undefined;
    const stem = `segment_${segment}`;
    const constant = (name: string, value: Tensor): string => {
      this.initialisers.set(`${stem}/${name}`, value);
      return `${stem}/${name}`;
    };
    const rank = type.shape.length;
    const axes = Array.from({ length: rank }, (_, axis) => axis);
    const corner =
      rank === 0
        ? arriving
        : this.add(`${stem}/corner`, 'Slice', [
            arriving,
            constant(
              'starts',
              tensorFrom(
                'int64',
                axes.map(() => 0),
              ),
            ),
            constant(
              'ends',
              tensorFrom(
                'int64',
                axes.map(() => 1),
              ),
            ),
            constant('axes', tensorFrom('int64', axes)),
          ]);
    const one = this.add(`${stem}/one`, 'Reshape', [
      corner,
      constant('one_shape', tensorFrom('int64', [], [0])),
    ]);
    const bound = constant('bound', tensorFrom(type.dtype, [0], []));
    const zero = this.add(`${stem}/zero`, 'Clip', [one, bound, bound]);
    this.zeros.set(segment, zero);
    return zero;
  }

  /** The value computed again within its segment; what comes from outside is read through the zero. */
  private repeated(name: string, segment: number, zero: string): string {
    const producer = this.producers.get(name);
    // Another segment's repeat waits for that segment's gradient, which may come after this one's.
    if (producer === undefined || this.cut.segments.get(name) !== segment)
      return this.delayed(name, segment, zero);
    const known = this.copies.get(name);
    if (known !== undefined) return known;
    const inputs = producer.inputs.map((input) =>
      this.producers.has(input) || this.inputs.has(input)
        ? this.repeated(input, segment, zero)
        : input,
    );
    const copy = (output: string): string => (output === '' ? '' : `${output}/again`);
    this.nodes.push(
      node({
        ...producer,
        name: `${producer.name}/again`,
        inputs,
        outputs: producer.outputs.map(copy),
      }),
    );
    for (const output of producer.outputs) this.copies.set(output, copy(output));
    return copy(name);
  }

  /** A value from before the segment, available only once the gradient has arrived. Shapes and conditions are small: they are kept. */
  private delayed(name: string, segment: number, zero: string): string {
    const key = `${name}/delayed_${segment}`;
    const known = this.copies.get(key);
    if (known !== undefined) return known;
    const dtype = this.table.types.get(name)?.dtype ?? 'bool';
    if (!isFloat(dtype) || dtype !== this.dtypeOfZero(zero)) return name;
    const copy = this.add(key, 'Add', [name, zero]);
    this.copies.set(key, copy);
    return copy;
  }

  private dtypeOfZero(zero: string): string | undefined {
    return this.initialisers.get(zero.replace(/zero$/, 'bound'))?.dtype;
  }

  private add(name: string, opType: string, inputs: readonly string[]): string {
    this.nodes.push(
      node({ name, opType, inputs, outputs: [name], attributes: attributesFrom({}) }),
    );
    return name;
  }
}

/** Each node as late as its readers allow, so that a repeat runs just before what reads it. */
function inRunOrder(nodes: readonly Node[]): readonly Node[] {
  const producers = new Map(
    nodes.flatMap((n) => n.outputs.map((name): [string, Node] => [name, n])),
  );
  const isRepeat = (n: Node): boolean =>
    n.name.endsWith('/again') || n.name.includes('/delayed_') || n.name.startsWith('segment_');
  const placed = new Set<Node>();
  const ordered: Node[] = [];
  const place = (n: Node): void => {
    if (placed.has(n)) return;
    placed.add(n);
    for (const input of n.inputs) {
      const producer = producers.get(input);
      if (producer) place(producer);
    }
    ordered.push(n);
  };
  for (const n of nodes) if (!isRepeat(n)) place(n);
  return ordered;
}
