/**
 * @file Grouped convolutions that onnxruntime's WebGPU provider computes wrong, by groups that are padded with zero kernels.
 *
 * Tried with 51 sizes in software (onnxruntime-node 1.30, 2026-11): wrong exactly where the outputs are a multiple of 4 and those of one
 * group are more than 4 and none, since the shader then writes 4 outputs at once across the border of two groups.
 */
import type { Node } from '../ir/graph.ts';
import type { Rewriter } from '../simplify/rewrite.ts';

const VECTOR = 4;

/** Redirects the output of such a Conv: kernels [G · M, C, ...] become [G · M', C, ...], M' the next multiple of 4, and only M are kept. */
export function padGroups(rewriter: Rewriter, node: Node): void {
  const context = rewriter.context(node);
  const group = context.int('group', 1);
  const [outputs, ...rest] = context.shape(1);
  const spatial = rewriter.type(node.outputs[0] as string)?.shape.slice(2) ?? [];
  if (typeof outputs !== 'number' || ![...rest, ...spatial].every((d) => typeof d === 'number'))
    return;
  const each = outputs / group;
  if (group === 1 || outputs % VECTOR !== 0 || each < VECTOR || each % VECTOR === 0) return;
  const wide = Math.ceil(each / VECTOR) * VECTOR;
  const [x, ...parameters] = node.inputs as readonly [string, ...string[]];
  const padded = parameters.map((name, at) => {
    if (name === '') return name;
    const dims = at === 0 ? (rest as number[]) : [];
    return widen(rewriter, node, { name, group, each, wide, dims });
  });
  const conv = rewriter.add(`${node.name}/padded`, 'Conv', [x, ...padded], node.attributes);
  const sizes = spatial as number[];
  const apart = reshape(rewriter, node, conv, [-1, group, wide, ...sizes]);
  const bounds = [[0], [each], [2]].map((values) => rewriter.int64(`${node.name}/kept`, values));
  const kept = rewriter.add(`${node.name}/groups`, 'Slice', [apart, ...bounds]);
  rewriter.redirect(
    node.outputs[0] as string,
    reshape(rewriter, node, kept, [-1, outputs, ...sizes]),
  );
}

interface Widening {
  readonly name: string;
  readonly group: number;
  readonly each: number;
  readonly wide: number;
  /** Of the parameter, after its outputs. */
  readonly dims: readonly number[];
}

/** [G · M, ...] to [G · M', ...] with zeros; of constants the runtime does it once. */
function widen(
  rewriter: Rewriter,
  node: Node,
  { name, group, each, wide, dims }: Widening,
): string {
  const apart = reshape(rewriter, node, name, [group, each, ...dims]);
  const none = dims.map(() => 0);
  const pads = rewriter.int64(`${node.name}/pads`, [0, 0, ...none, 0, wide - each, ...none]);
  const padded = rewriter.add(`${node.name}/wide`, 'Pad', [apart, pads]);
  return reshape(rewriter, node, padded, [group * wide, ...dims]);
}

function reshape(rewriter: Rewriter, node: Node, input: string, shape: readonly number[]): string {
  return rewriter.add(`${node.name}/reshaped`, 'Reshape', [
    input,
    rewriter.int64(`${node.name}/shape`, shape),
  ]);
}
