/** @file One gradient in a process of its own, whose memory its parent looks at; tells the stages of MemoryStage. */

import { once } from 'node:events';

import { estimateMemory } from '@colloid/onnx';
import { buildChain, openChain, openRuntime } from '@colloid/sampler';

import type { MemoryOptions, MemoryStage } from './memory.ts';
import { feedsOf } from './feeds.ts';
import { PAIRS } from './pairs.ts';
import { mostWhile, ownBytes } from './process-memory.ts';

const MEGABYTE = 1e6;

const { pair, batch, threads, limitMegabytes, weightMegabytes } = JSON.parse(
  process.argv[2] ?? '{}',
) as MemoryOptions;
const models = await PAIRS[pair](batch);
const tell = (stage: MemoryStage): void => void process.send?.(stage);
/** Tells it with what is not needed any more gone, and goes on when the parent has looked. */
const reach = async (stage: MemoryStage): Promise<void> => {
  globalThis.gc?.();
  tell(stage);
  await once(process, 'message');
};
await reach({ stage: 'models' });
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
await reach({ stage: 'loaded' });
const before = await ownBytes();
// Sessions compute on threads of their own, so that this one can look.
const peakBytes = (await mostWhile(ownBytes, run(batch))) - before;
const plain = buildChain(models).graph('pullback');
// A graph of fixed batch runs as often as it takes; what all rows at once would store is what is compared.
const { storedBytes } = estimateMemory(plain, {
  sizes: { batch },
  cotangents: ['embedding_cotangent'],
});
tell({
  stage: 'ran',
  peakBytes,
  storedBytes: (storedBytes * batch) / (chain.batch ?? batch),
  weightBytes: [...plain.initialisers.values()].reduce((sum, { data }) => sum + data.byteLength, 0),
});
await sessions.close();
await runtime.close();
process.disconnect();
