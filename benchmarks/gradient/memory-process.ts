/** @file One gradient in a process of its own, so that its peak memory is the process's; prints a MemoryReport. */

import { encodeModel, estimateMemory, recompute } from '@colloid/onnx';
import { buildChain, openRuntime } from '@colloid/sampler';

import type { MemoryOptions, MemoryReport } from './memory.ts';
import { feedsOf } from './feeds.ts';
import { PAIRS } from './pairs.ts';

const MEGABYTE = 1e6;
const COTANGENTS = ['embedding_cotangent'];

const { pair, batch, threads, limitMegabytes } = JSON.parse(
  process.argv[2] ?? '{}',
) as MemoryOptions;
const chain = buildChain(await PAIRS[pair](batch));
const sizes = { batch };
let graph = chain.graph('pullback');
const { storedBytes } = estimateMemory(graph, { sizes, cotangents: COTANGENTS });
if (limitMegabytes !== undefined)
  graph = recompute(graph, {
    sizes,
    cotangents: COTANGENTS,
    limitBytes: limitMegabytes * MEGABYTE,
  });
const runtime = await openRuntime({ threads, provider: 'cpu' });
const session = await runtime.session(encodeModel(graph), { name: pair });
const isFixed = typeof graph.inputs[0]?.type.shape[0] === 'number';
// Packed weights and the like are there after a first run; a graph of fixed batch has no smaller one.
if (!isFixed) await session.run(feedsOf(chain, 1));
const before = process.memoryUsage.rss();
await session.run(feedsOf(chain, batch));
// Of the whole process's life, in kilobytes; loading a graph needs less than running it here.
const peakMegabytes = (process.resourceUsage().maxRSS * 1024 - before) / MEGABYTE;
const storedMegabytes = storedBytes / MEGABYTE;
const report: MemoryReport = {
  peakMegabytes,
  storedMegabytes,
  ratio: peakMegabytes / storedMegabytes,
};
console.log(JSON.stringify(report));
await session.dispose();
await runtime.close();
