/** @file Which operators of a GPU session run on the CPU after all, read from onnxruntime's trace of one run. */

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { OperatorFallback } from './types.ts';

/** One event of the trace, as far as it is read here. */
interface TraceEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

/** A trace that a session writes into a folder of its own. */
export interface Trace {
  /** Session options that make onnxruntime write it. */
  readonly options: { readonly enableProfiling: true; readonly profileFilePrefix: string };
  /** Reads the finished trace and removes its folder. */
  read(): Promise<readonly OperatorFallback[]>;
  /** Removes the folder of a trace that nobody reads. */
  discard(): Promise<void>;
}

export async function openTrace(): Promise<Trace> {
  const folder = await mkdtemp(join(tmpdir(), 'colloid-trace-'));
  const discard = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return {
    options: { enableProfiling: true, profileFilePrefix: join(folder, 'session') },
    discard,
    async read() {
      try {
        const [file] = await readdir(folder);
        if (file === undefined) throw new Error('onnxruntime wrote no trace of the session');
        return fallbacksOf(JSON.parse(await readFile(join(folder, file), 'utf8')) as TraceEvent[]);
      } finally {
        await discard();
      }
    },
  };
}

/** Operators that ran on the CPU, most nodes first; a node counts once however often it ran. */
export function fallbacksOf(events: readonly TraceEvent[]): readonly OperatorFallback[] {
  const nodes = new Map<string, Set<string>>();
  for (const { cat, name, args } of events) {
    if (cat !== 'Node' || args?.provider !== 'CPUExecutionProvider') continue;
    const operator = args.op_name ?? 'unknown';
    const seen = nodes.get(operator) ?? new Set();
    nodes.set(operator, seen.add(name ?? ''));
  }
  return [...nodes]
    .map(([operator, { size }]) => ({ operator, nodes: size }))
    .toSorted((a, b) => b.nodes - a.nodes || a.operator.localeCompare(b.operator));
}
