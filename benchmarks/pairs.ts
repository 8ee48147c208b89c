/**
 * @file Repulsion and statistics over all pairs: seconds and memory.
 *
 * node benchmarks/pairs.ts [--identities 10000] [--dim 512] [--block 1000]
 * Prints one JSON object.
 */

import { normal, openPairs, openRuntime, STREAMS } from '@colloid/sampler';

import { readOptions } from './options.ts';

const values = readOptions({
  identities: { type: 'string', default: '10000' },
  dim: { type: 'string', default: '512' },
  block: { type: 'string', default: '1000' },
});
const identities = Number(values.identities);
const dim = Number(values.dim);
const e = new Float32Array(identities * dim);
for (let i = 0; i < identities; i++) {
  const row = e.subarray(i * dim, (i + 1) * dim);
  normal({ seed: 1, stream: STREAMS.direction, identity: i }, row);
  const norm = Math.hypot(...row);
  row.forEach((x, d) => (row[d] = x / norm));
}

const runtime = await openRuntime({ provider: 'cpu' });
const pairs = openPairs(runtime, { embeddingDim: dim, block: Number(values.block) });
const timed = async <T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> => {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1000, result };
};
await pairs.repulsion(e.subarray(0, 8 * dim), { radius: 1.4, coefficient: 1, ict: 1.4 });
const repulsion = await timed(() => pairs.repulsion(e, { radius: 1.4, coefficient: 1, ict: 1.4 }));
const statistics = await timed(() => pairs.statistics(e, { ict: 1.4 }));
const nearest = await timed(() => pairs.nearest(e));
console.log(
  JSON.stringify({
    identities,
    dim,
    threads: runtime.threads,
    seconds: {
      repulsion: repulsion.seconds,
      statistics: statistics.seconds,
      nearest: nearest.seconds,
    },
    theta: repulsion.result.statistics.theta,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
await pairs.close();
await runtime.close();
