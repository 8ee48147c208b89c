/** @file A graph from rows to rows that runs on the branches of one point, for differences without kinks. */

import { encodeModel, HELD_SUFFIX, holdBranches } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

import { cut, takeRows } from '../chain/plan.ts';
import type { HostTensor, Runtime } from '../runtime/types.ts';

export interface HeldFunction {
  /** Rows [N, outputs] of rows [N, inputs], each on the branches that the network takes at `point` [inputs]. */
  evaluate(rows: Float32Array, point: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Loads the graph with held branches. Whoever opened it closes it. */
export async function openHeldFunction(
  runtime: Runtime,
  graph: Graph,
  options: {
    /** Names of the input that moves and of the output. */
    readonly ports: { readonly input: string; readonly output: string };
    readonly outputs: number;
    /** Batch the graph is fixed to; null: any. */
    readonly batch: number | null;
    readonly batchSize: number;
  },
): Promise<HeldFunction> {
  const { ports, outputs, batch: fixed, batchSize } = options;
  const held = holdBranches(graph, ports.input);
  const session = await runtime.session(encodeModel(held), { name: held.name });
  return {
    async evaluate(rows, point) {
      const width = point.length;
      const count = rows.length / width;
      const result = new Float32Array(count * outputs);
      for (const batch of cut(count, fixed ?? batchSize)) {
        const size = fixed ?? batch.count;
        const points = new Float32Array(size * width);
        for (let row = 0; row < size; row++) points.set(point, row * width);
        const feeds: Record<string, HostTensor> = {
          [ports.input]: tensorOf(takeRows(rows, width, batch, size), size, width),
          [ports.input + HELD_SUFFIX]: tensorOf(points, size, width),
        };
        const { [ports.output]: tensor } = await session.run(feeds, { outputs: [ports.output] });
        const got = tensor?.data as Float32Array;
        result.set(got.subarray(0, batch.count * outputs), batch.first * outputs);
      }
      return result;
    },
    close: () => session.dispose(),
  };
}

function tensorOf(data: Float32Array, rows: number, width: number): HostTensor {
  return { dtype: 'float32', dims: [rows, width], data };
}
