/** @file Checks that a rewrite of a graph keeps the function and its gradient. */
import { differentiate } from '../grad/engine.ts';
import type { Graph } from '../ir/graph.ts';
import { tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { randomTensor } from './check-gradient.ts';
import { runGraph } from './run.ts';

export interface CheckPassOptions {
  /** Sizes of symbolic dimensions. @default 2 each */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Largest |difference| / |value| in the 2-norm. @default 1e-5 */
  readonly tolerance?: number;
}

/**
 * Applies `pass`, runs both graphs on the same seeded inputs with the gradient of the sum of all outputs, and returns the rewritten
 * graph. All inputs must be float32.
 * @throws Error naming the output that differs.
 */
export async function checkPass(
  graph: Graph,
  pass: (graph: Graph) => Graph,
  { sizes = {}, tolerance = 1e-5 }: CheckPassOptions = {},
): Promise<Graph> {
  const rewritten = pass(graph);
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, type }, at) => {
      const dims = type.shape.map((d) => (typeof d === 'number' ? d : (sizes[d] ?? 2)));
      return [name, randomTensor(dims, { dtype: 'float32', seed: at + 1 })];
    }),
  );
  const withGradient = (of: Graph): Graph =>
    differentiate(of, {
      outputs: of.outputs.map(({ name }) => ({ name, seed: 'ones' })),
      withRespectTo: of.inputs.map((input) => input.name),
    });
  const [expected, found] = await Promise.all([
    runGraph(withGradient(graph), feeds),
    runGraph(withGradient(rewritten), feeds),
  ]);
  for (const [name, value] of Object.entries(expected)) {
    const error = relativeError(found[name], value);
    if (!(error <= tolerance))
      throw new Error(`The rewritten graph's '${name}' differs by ${error} (relative norm).`);
  }
  return rewritten;
}

function relativeError(found: Tensor | undefined, expected: Tensor): number {
  if (!found || found.dims.join() !== expected.dims.join()) return Infinity;
  const [a, b] = [tensorNumbers(found), tensorNumbers(expected)];
  const difference = norm(a.map((value, at) => value - (b[at] as number)));
  return difference === 0 ? 0 : difference / norm(b);
}

/** Math.hypot takes no more values than the stack has room for. */
function norm(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
