/**
 * @file One full pass over all pairs beside the matrix product of that size alone: seconds and peak memory.
 *
 * node benchmarks/pairs.ts [--sizes 10000,30000] [--dim 512] [--radius 1.7] [--rounds 3] [--json]
 *
 * A full pass is what a Langevin iteration needs of the embeddings: dU/dê of the repulsion of every identity
 * from all others, and min, mean, max of θ with the share above the ICT. At the default radius every pair of
 * these rows lies inside it, so that nothing is left out. The product is N×E by E×N, all of it, in tiles of
 * the same sessions; pass and product take turns, and each figure is the median of the rounds.
 */

import { encodeModel, GraphBuilder } from '@colloid/onnx';
import { normal, openPairs, openRuntime, STREAMS, type Runtime } from '@colloid/sampler';

import { readOptions } from './options.ts';

interface Row {
  readonly n: number;
  readonly e: number;
  readonly seconds: number;
  readonly gemmSeconds: number;
  readonly ratio: number;
  /** Of the process, the embeddings included. Sizes run in ascending order. */
  readonly peakBytes: number;
}

const TILE = 1000;
const ICT = 1.4;

const values = readOptions({
  sizes: { type: 'string', default: '10000,30000' },
  dim: { type: 'string', default: '512' },
  radius: { type: 'string', default: '1.7' },
  rounds: { type: 'string', default: '3' },
  json: { type: 'boolean', default: false },
});
const sizes = values.sizes.split(',').map((text) => wholeNumber('--sizes', text, 2));
const dim = wholeNumber('--dim', values.dim, 2);
const rounds = wholeNumber('--rounds', values.rounds, 1);
const radius = Number(values.radius);

const runtime = await openRuntime({ provider: 'cpu' });
const rows: Row[] = [];
for (const n of sizes.toSorted((a, b) => a - b)) {
  const { row, cpuRatio } = await measure(n);
  rows.push(row);
  process.stderr.write(
    `N ${n}, E ${dim}, ${runtime.threads} threads: pass ${row.seconds.toFixed(2)} s, product ${row.gemmSeconds.toFixed(2)} s, ratio ${row.ratio.toFixed(2)} (in processor time ${cpuRatio.toFixed(2)}), peak ${(row.peakBytes / 1e6).toFixed(0)} MB\n`,
  );
}
await runtime.close();
if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`);

async function measure(n: number): Promise<{ readonly row: Row; readonly cpuRatio: number }> {
  const e = randomUnitRows(n);
  const product = await openProduct(runtime, e);
  const pairs = openPairs(runtime, { embeddingDim: dim });
  const pass = (): Promise<unknown> => pairs.repulsion(e, { radius, coefficient: 1, ict: ICT });
  // Sessions load on first use.
  await pairs.repulsion(e.subarray(0, Math.min(n, 300) * dim), {
    radius,
    coefficient: 1,
    ict: ICT,
  });
  await product.run(1);
  const turns = [];
  for (let round = 0; round < rounds; round++) {
    turns.push({ product: await timed(() => product.run()), pass: await timed(pass) });
  }
  await pairs.close();
  await product.dispose();
  const seconds = median(turns.map((turn) => turn.pass.seconds));
  const gemmSeconds = median(turns.map((turn) => turn.product.seconds));
  return {
    row: {
      n,
      e: dim,
      seconds,
      gemmSeconds,
      ratio: median(turns.map((turn) => turn.pass.seconds / turn.product.seconds)),
      peakBytes: process.resourceUsage().maxRSS * 1024,
    },
    cpuRatio: median(turns.map((turn) => turn.pass.cpuSeconds / turn.product.cpuSeconds)),
  };
}

function randomUnitRows(n: number): Float32Array {
  const e = new Float32Array(new SharedArrayBuffer(n * dim * 4));
  for (let i = 0; i < n; i++) {
    const row = e.subarray(i * dim, (i + 1) * dim);
    normal({ seed: 1, stream: STREAMS.direction, identity: i }, row);
    const norm = Math.hypot(...row);
    row.forEach((x, d) => (row[d] = x / norm));
  }
  return e;
}

/** The product in tiles, one core each, nothing of it copied out but a number a tile. */
async function openProduct(
  on: Runtime,
  e: Float32Array,
): Promise<{ run(tiles?: number): Promise<void>; dispose(): Promise<void> }> {
  const b = new GraphBuilder({ name: 'matrix product' });
  const left = b.input('rows', 'float32', ['a', dim]);
  const right = b.input('columns', 'float32', ['b', dim]);
  const tile = b.gemm(left, right, null, { transB: true });
  b.output(
    'corner',
    b.slice(b.slice(tile, { axis: 0, start: 0, end: 1 }), { axis: 1, start: 0, end: 1 }),
  );
  const session = await on.session(encodeModel(b.build()), {
    name: 'matrix product',
    lanes: on.threads,
  });
  const n = e.length / dim;
  const blocks = Array.from({ length: Math.ceil(n / TILE) }, (_, block) => {
    const data = e.subarray(block * TILE * dim, Math.min(n, (block + 1) * TILE) * dim);
    return { dtype: 'float32', dims: [data.length / dim, dim], data } as const;
  });
  const all = blocks.flatMap((a) => blocks.map((c) => ({ rows: a, columns: c })));
  return {
    async run(tiles = all.length) {
      const next = all.slice(0, tiles).values();
      const lane = async (): Promise<void> => {
        for (const feeds of next) await session.run(feeds);
      };
      await Promise.all(Array.from({ length: 2 * session.lanes }, lane));
    },
    dispose: () => session.dispose(),
  };
}

async function timed(
  work: () => Promise<unknown>,
): Promise<{ readonly seconds: number; readonly cpuSeconds: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (used.user + used.system) / 1e6 };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  process.stderr.write(`${option} is '${text}'; give whole numbers from ${least}.\n`);
  process.exit(1);
}
