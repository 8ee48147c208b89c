/** @file One gradient in a process of its own, so that its peak memory is the process's; prints a MemoryReport. */

import { estimateMemory } from '@colloid/onnx';
import { buildChain, openChain, openRuntime } from '@colloid/sampler';

import type { MemoryOptions, MemoryReport } from './memory.ts';
import { feedsOf } from './feeds.ts';
import { PAIRS } from './pairs.ts';

const MEGABYTE = 1e6;
/** How often memory is looked at; a convolution of these pairs takes longer. */
const SAMPLE_MS = 2;

const { pair, batch, threads, limitMegabytes, weightMegabytes } = JSON.parse(
  process.argv[2] ?? '{}',
) as MemoryOptions;
const models = await PAIRS[pair](batch);
// A graph of fixed batch runs as often as it takes; what all rows at once would store is what is compared.
const rowsPerRun = buildChain(models).batch ?? batch;
const { storedBytes: storedPerRun } = estimateMemory(buildChain(models).graph('pullback'), {
  sizes: { batch },
  cotangents: ['embedding_cotangent'],
});
const storedBytes = (storedPerRun * batch) / rowsPerRun;
const atStart = process.memoryUsage.rss();
const chain = buildChain(models, {
  ...(limitMegabytes !== undefined && { memoryLimitBytes: limitMegabytes * MEGABYTE }),
  ...(weightMegabytes !== undefined && { mostWeightBytes: weightMegabytes * MEGABYTE }),
});
const runtime = await openRuntime({ threads, provider: 'cpu' });
const sessions = await openChain(runtime, chain, { batchSize: batch });
const run = (rows: number): Promise<Float32Array> => {
  const { w, embedding_cotangent: cotangent } = feedsOf(chain, rows);
  return sessions.pullback(w.data as Float32Array, cotangent.data as Float32Array);
};
// Packed weights and the like are there after a first run; a graph of fixed batch has no smaller one, and is loaded only.
await run(chain.batch === null ? 1 : 0);
const loadMegabytes = (process.resourceUsage().maxRSS * 1024 - atStart) / MEGABYTE;
const before = process.memoryUsage.rss();
const peakMegabytes = ((await peakWhile(() => run(batch))) - before) / MEGABYTE;
const storedMegabytes = storedBytes / MEGABYTE;
const report: MemoryReport = {
  loadMegabytes,
  peakMegabytes,
  storedMegabytes,
  ratio: peakMegabytes / storedMegabytes,
};
console.log(JSON.stringify(report));
await sessions.close();
await runtime.close();

/** Most resident bytes while the work goes on. Sessions compute on threads of their own, so that this one can look. */
async function peakWhile(work: () => Promise<unknown>): Promise<number> {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const watch = setInterval(look, SAMPLE_MS);
  try {
    await work();
    look();
  } finally {
    clearInterval(watch);
  }
  return peak;
}
