/** @file Runs graphs on onnxruntime's CPU provider, for tests. */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { encodeModel } from '../codec/encode.ts';
import { createData, type DType, type TensorData } from '../ir/dtype.ts';
import type { Graph } from '../ir/graph.ts';
import { tensor, type Tensor } from '../ir/tensor.ts';

export type Feeds = Readonly<Record<string, Tensor>>;

export interface OpenOptions {
  /** @default 1 */
  readonly threads?: number;
  /** @default 'all' */
  readonly optimisation?: 'disabled' | 'basic' | 'extended' | 'all';
}

/** A loaded graph. `run` may be called any number of times; `close` frees the session. */
export interface OpenGraph {
  run(feeds: Feeds): Promise<Readonly<Record<string, Tensor>>>;
  close(): Promise<void>;
}

/** Loads a graph into an onnxruntime session. */
export async function openGraph(graph: Graph, options: OpenOptions = {}): Promise<OpenGraph> {
  const session = await InferenceSession.create(encodeModel(graph), {
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: options.optimisation ?? 'all',
    logSeverityLevel: 3,
  });
  return {
    run: async (feeds) => {
      const inputs = Object.fromEntries(Object.entries(feeds).map(([name, t]) => [name, toOrt(t)]));
      const outputs = await session.run(inputs);
      return Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, fromOrt(t)]));
    },
    close: () => session.release(),
  };
}

/** Loads, runs once and closes. */
export async function runGraph(
  graph: Graph,
  feeds: Feeds,
  options: OpenOptions = {},
): Promise<Readonly<Record<string, Tensor>>> {
  const open = await openGraph(graph, options);
  try {
    return await open.run(feeds);
  } finally {
    await open.close();
  }
}

function toOrt(t: Tensor): OrtTensor {
  return new OrtTensor(t.dtype, t.data as Float32Array, t.dims);
}

function fromOrt(t: OrtTensor): Tensor {
  const dtype = t.type as DType;
  const expected = createData(dtype, 0).constructor;
  // float16 comes as Float16Array where the platform has one; its bits are kept.
  const data =
    t.data.constructor === expected
      ? (t.data as TensorData)
      : new Uint16Array((t.data as Float32Array).buffer);
  return tensor(dtype, t.dims, data);
}
