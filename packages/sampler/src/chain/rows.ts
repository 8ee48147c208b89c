/** @file Runs graphs of a chain on rows, batch by batch. */

import { ParameterError } from '../errors.ts';
import type { HostTensor, Session } from '../runtime/types.ts';
import { takeRows } from './plan.ts';
import type { Batch } from './plan.ts';

/** An input of a graph for all rows. */
export interface Column {
  readonly name: string;
  readonly data: Float32Array;
  readonly width: number;
}

export function column(name: string, data: Float32Array, width: number): Column {
  if (data.length % width !== 0) {
    throw new ParameterError(name, `must hold rows of ${width} numbers, got ${data.length}.`);
  }
  return { name, data, width };
}

export interface BatchResult {
  readonly batch: Batch;
  /** Rows run, padding included. */
  readonly size: number;
  /** In the order of the outputs asked for. */
  readonly tensors: readonly HostTensor[];
}

export async function runBatch(
  session: Session,
  job: {
    readonly columns: readonly Column[];
    readonly outputs: readonly string[];
    readonly batch: Batch;
    readonly size: number;
  },
): Promise<BatchResult> {
  const { columns, outputs, batch, size } = job;
  const feeds: Record<string, HostTensor> = {};
  for (const { name, data, width } of columns) {
    const taken = takeRows(data, width, batch, size);
    feeds[name] = { dtype: 'float32', dims: [size, width], data: taken };
  }
  const results = await session.run(feeds, { outputs });
  const tensors = outputs.map((name) => {
    const tensor = results[name];
    if (tensor === undefined) throw new Error(`internal error: no output '${name}'`);
    return tensor;
  });
  return { batch, size, tensors };
}

export function rowCount(columns: readonly Column[]): number {
  const [first] = columns;
  if (first === undefined) return 0;
  const rows = first.data.length / first.width;
  const other = columns.find(({ data, width }) => data.length / width !== rows);
  if (other !== undefined) {
    const got = other.data.length / other.width;
    throw new ParameterError(
      other.name,
      `must have ${rows} rows as '${first.name}' has, got ${got}.`,
    );
  }
  return rows;
}
