/**
 * @file If nodes whose condition is known before the run are replaced by the branch that is taken.
 *
 * Exporters leave such nodes where a program asked for a size or a setting. The condition is followed through shape arithmetic; both
 * branches are read, to know which outer values they use, and the one not taken is dropped. A condition that only the run knows is
 * refused by name.
 */
import { isOnnxError, ModelLimitError, UnsupportedOperatorError } from '../errors.ts';
import { TypeTable } from '../infer/infer-node.ts';
import { unsupportedReason } from '../infer/unsupported.ts';
import { node, operatorName, type Node, type ValueInfo } from '../ir/graph.ts';
import { sortNodes } from '../ir/order.ts';
import type { Tensor } from '../ir/tensor.ts';

/** What is read of a graph or of a branch. */
export interface GraphParts {
  readonly initialisers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
  readonly outputs: readonly string[];
  /** The two graphs of each If node, as bytes, by the node's name. */
  readonly branches: ReadonlyMap<string, BranchBytes>;
}

export interface BranchBytes {
  readonly whenTrue: Uint8Array;
  readonly whenFalse: Uint8Array;
}

export interface ChooseOptions {
  readonly parts: GraphParts;
  readonly inputs: readonly ValueInfo[];
  readonly opset: number;
  /** Reads one branch; counts its nodes and elements against the limits. */
  readonly read: (bytes: Uint8Array) => GraphParts;
}

/** Branches within branches. */
export const MAX_DEPTH = 16;

/** Longest name that is put before the names of a branch: long ones, nested, would fill the memory. */
const MAX_PREFIX = 256;

/** Nodes and initialisers without If. @throws UnsupportedOperatorError naming an If whose condition is not known. */
export function chooseBranches(options: ChooseOptions): Pick<GraphParts, 'initialisers' | 'nodes'> {
  const table = new TypeTable(options.opset);
  for (const { name, type } of options.inputs) table.types.set(name, type);
  const flat: Flat = { table, initialisers: new Map(), nodes: [], read: options.read };
  flatten(flat, openBranches(options.parts, options.read, 0));
  return flat;
}

interface Flat {
  readonly table: TypeTable;
  readonly initialisers: Map<string, Tensor>;
  readonly nodes: Node[];
  readonly read: (bytes: Uint8Array) => GraphParts;
}

interface OpenParts {
  readonly initialisers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
  readonly outputs: readonly string[];
  readonly branches: ReadonlyMap<string, OpenBranches>;
  /** Outer values that the nodes, or branches inside, read. */
  readonly captured: ReadonlySet<string>;
}

interface OpenBranches {
  readonly whenTrue: OpenParts;
  readonly whenFalse: OpenParts;
}

/** Reads all branches, and adds what they capture to the inputs of their If node, so that it is sorted after it. */
function openBranches(
  parts: GraphParts,
  read: (bytes: Uint8Array) => GraphParts,
  depth: number,
): OpenParts {
  if (depth > MAX_DEPTH) throw new ModelLimitError('branch depth', MAX_DEPTH, depth);
  const branches = new Map<string, OpenBranches>();
  for (const [name, bytes] of parts.branches)
    branches.set(name, {
      whenTrue: openBranches(read(bytes.whenTrue), read, depth + 1),
      whenFalse: openBranches(read(bytes.whenFalse), read, depth + 1),
    });
  const nodes = parts.nodes.map((original) => {
    const pair = branches.get(original.name);
    if (!pair) return original;
    const captured = [...pair.whenTrue.captured, ...pair.whenFalse.captured];
    return node({ ...original, inputs: [original.inputs[0] ?? '', ...new Set(captured)] });
  });
  const own = new Set([...parts.initialisers.keys(), ...nodes.flatMap((n) => n.outputs)]);
  const used = [...nodes.flatMap((n) => n.inputs), ...parts.outputs];
  const captured = new Set(used.filter((name) => name !== '' && !own.has(name)));
  return { ...parts, nodes, branches, captured };
}

function flatten(flat: Flat, parts: OpenParts): void {
  const { table, initialisers, nodes } = flat;
  for (const [name, value] of parts.initialisers) {
    initialisers.set(name, value);
    table.addConstant(name, value);
  }
  const given = new Set([...parts.captured, ...parts.initialisers.keys()]);
  for (const each of sortNodes(parts.nodes, given)) {
    const pair = parts.branches.get(each.name);
    if (!pair) {
      nodes.push(each);
      tryInfer(table, each);
      continue;
    }
    const condition = table.knownInts(each.inputs[0] ?? '')?.values[0];
    if (typeof condition !== 'number') throw undecided(each);
    const prefix = prefixOf(each.name, nodes.length);
    const taken = renamed(condition === 0 ? pair.whenFalse : pair.whenTrue, prefix);
    flatten(flat, taken);
    each.outputs.forEach((output, at) => {
      const source = taken.outputs[at];
      if (output === '' || source === undefined) return;
      const copy = node({
        name: `${prefix}/output_${at}`,
        opType: 'Identity',
        inputs: [source],
        outputs: [output],
        attributes: {},
      });
      nodes.push(copy);
      tryInfer(table, copy);
    });
  }
}

/** The If node's name, or one of its place where that is long. */
function prefixOf(name: string, place: number): string {
  return name.length <= MAX_PREFIX ? name : `If_${place}`;
}

/** Types where they can be had: an operator that is not known stops no branch that does not depend on it. */
function tryInfer(table: TypeTable, each: Node): void {
  try {
    table.addNode(each);
  } catch (error) {
    if (!isOnnxError(error)) throw error;
  }
}

function undecided(each: Node): UnsupportedOperatorError {
  const reason = unsupportedReason('If') ?? '';
  return new UnsupportedOperatorError([{ operator: operatorName(each), node: each.name, reason }]);
}

/** The branch with its own names under the If node's; captured names stay. */
function renamed(parts: OpenParts, prefix: string): OpenParts {
  const own = new Set([...parts.initialisers.keys(), ...parts.nodes.flatMap((n) => n.outputs)]);
  const rename = (name: string): string =>
    name !== '' && own.has(name) ? `${prefix}/${name}` : name;
  const inside = (pair: OpenBranches): OpenBranches => ({
    whenTrue: relinked(pair.whenTrue, rename),
    whenFalse: relinked(pair.whenFalse, rename),
  });
  return {
    captured: parts.captured,
    initialisers: new Map([...parts.initialisers].map(([name, value]) => [rename(name), value])),
    nodes: parts.nodes.map((n) =>
      node({
        ...n,
        name: `${prefix}/${n.name}`,
        inputs: n.inputs.map(rename),
        outputs: n.outputs.map(rename),
      }),
    ),
    outputs: parts.outputs.map(rename),
    branches: new Map(
      [...parts.branches].map(([name, pair]) => [`${prefix}/${name}`, inside(pair)]),
    ),
  };
}

/** A branch inside a renamed one reads the new names. */
function relinked(parts: OpenParts, rename: (name: string) => string): OpenParts {
  const own = new Set([...parts.initialisers.keys(), ...parts.nodes.flatMap((n) => n.outputs)]);
  const outer = (name: string): string => (own.has(name) ? name : rename(name));
  return {
    ...parts,
    captured: new Set([...parts.captured].map(rename)),
    nodes: parts.nodes.map((n) => node({ ...n, inputs: n.inputs.map(outer) })),
    outputs: parts.outputs.map(outer),
    branches: new Map(
      [...parts.branches].map(([name, pair]) => [
        name,
        { whenTrue: relinked(pair.whenTrue, outer), whenFalse: relinked(pair.whenFalse, outer) },
      ]),
    ),
  };
}
