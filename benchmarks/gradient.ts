/**
 * @file Images per second, forward and with gradient, beside PyTorch on the same cores in the same run.
 *
 * node benchmarks/gradient.ts [--pair built-in] [--batch 1,8,32] [--rounds 5] [--threads n] [--provider cpu] [--spin µs] [--memory [--limit MB] [--weights MB]] [--json]
 *
 * Prints a table, or with --json an array of { pair, batch, provider, forwardPerSecond, gradientPerSecond,
 * pytorchGradientPerSecond, ratio } and details of each; with --memory peak memory too, of a gradient under a limit where one is given,
 * and with at most so many megabytes added to the weights by faster forms. PyTorch is that of COLLOID_PYTHON, else of python3 on the PATH; null without it. Ours and
 * PyTorch's runs take turns and each figure is a median, so that what else the machine does hits both.
 */

import { availableParallelism } from 'node:os';

import type { Graph } from '@colloid/onnx';
import { buildChain, openRuntime } from '@colloid/sampler';
import type { HostTensor, Runtime, Session } from '@colloid/sampler';

import { feedsOf } from './gradient/feeds.ts';
import type { Feeds } from './gradient/feeds.ts';
import { measureMemory } from './gradient/memory.ts';
import type { MemoryReport } from './gradient/memory.ts';
import { PAIRS } from './gradient/pairs.ts';
import type { PairName } from './gradient/pairs.ts';
import { PyTorch } from './gradient/pytorch.ts';
import type { Settings } from './gradient/pytorch.ts';
import { readOptions } from './options.ts';

const values = readOptions({
  pair: { type: 'string' },
  batch: { type: 'string', default: '1,8,32' },
  rounds: { type: 'string', default: '5' },
  threads: { type: 'string', default: String(availableParallelism()) },
  provider: { type: 'string', default: 'cpu' },
  memory: { type: 'boolean', default: false },
  limit: { type: 'string' },
  weights: { type: 'string' },
  spin: { type: 'string' },
  json: { type: 'boolean', default: false },
});

/** Runs that the sampler has going on at once on a CPU, each with its share of the threads. */
const LANES = 2;

interface Row {
  readonly pair: PairName;
  readonly batch: number;
  readonly provider: string;
  readonly forwardPerSecond: number;
  readonly gradientPerSecond: number;
  readonly pytorchGradientPerSecond: number | null;
  readonly ratio: number | null;
  readonly pytorchForwardPerSecond: number | null;
  /** |ours - PyTorch's| / |PyTorch's| of the first row's gradient. */
  readonly gradientDifference: number | null;
  readonly pytorch: Settings | null;
  readonly memory: MemoryReport | null;
}

const threads = Number(values.threads);
const limitMegabytes = values.limit === undefined ? undefined : Number(values.limit);
const weightMegabytes = values.weights === undefined ? undefined : Number(values.weights);
const python = process.env['COLLOID_PYTHON'] ?? 'python3';
const pairs = (Object.keys(PAIRS) as PairName[]).filter((name) => name.includes(values.pair ?? ''));
if (pairs.length === 0)
  throw new Error(`there is no pair '${values.pair}': ${Object.keys(PAIRS).join(', ')}`);
const runtime = await openRuntime({
  threads,
  ...(values.spin === undefined ? {} : { spinMicroseconds: Number(values.spin) }),
  provider: values.provider as 'auto' | 'cpu' | 'cuda' | 'webgpu',
});
const rows: Row[] = [];
for (const pair of pairs) {
  for (const batch of values.batch.split(',').map(Number)) {
    const row = await measure(runtime, pair, batch);
    rows.push(row);
    if (!values.json) console.log(describe(row));
  }
}
await runtime.close();
if (values.json) console.log(JSON.stringify(rows, null, 2));

async function measure(on: Runtime, pair: PairName, batch: number): Promise<Row> {
  const lanes = batch % LANES === 0 ? Math.min(LANES, threads) : 1;
  const chain = buildChain(await PAIRS[pair](batch / lanes));
  const rows = Math.min(batch / lanes, chain.batch ?? chain.rowsAtOnce);
  // PyTorch gets all rows at once, in the graph before rules replace operators by what suits onnxruntime.
  const plain = buildChain(await PAIRS[pair](batch, Infinity), { gradients: false }).graph('embed');
  const memory = values.memory
    ? await measureMemory({ pair, batch, threads, limitMegabytes, weightMegabytes })
    : null;
  const feeds = feedsOf(chain, batch);
  const open = async (kind: 'pullback' | 'embed'): Promise<Session> =>
    on.session(await chain.model(kind, on.provider === 'cuda' ? 'plain' : on.provider), {
      name: pair,
      lanes,
    });
  const gradient = await open('pullback');
  const forward = await open('embed');
  const beside = await openPyTorch(plain, feeds, batch);
  const seconds = { forward: [], gradient: [], torchForward: [], torchGradient: [] } as Record<
    'forward' | 'gradient' | 'torchForward' | 'torchGradient',
    number[]
  >;
  let difference: number | null = null;
  try {
    await inLanes(gradient, feeds, rows);
    await inLanes(forward, { w: feeds.w }, rows);
    for (let round = 0; round < Number(values.rounds); round += 1) {
      const [spent, results] = await timed(() => inLanes(gradient, feeds, rows));
      seconds.gradient.push(spent);
      if (beside) {
        const theirs = await beside.pytorch.run('gradient');
        seconds.torchGradient.push(theirs.seconds);
        difference = relativeDifference(results['w_grad'], theirs.firstRow);
        seconds.torchForward.push((await beside.pytorch.run('forward')).seconds);
      }
      seconds.forward.push((await timed(() => inLanes(forward, { w: feeds.w }, rows)))[0]);
    }
  } finally {
    await Promise.all([gradient.dispose(), forward.dispose(), beside?.pytorch.close()]);
  }
  const perSecond = (list: readonly number[]): number => batch / median(list);
  const theirs = beside ? perSecond(seconds.torchGradient) : null;
  return {
    pair,
    batch,
    provider: on.provider,
    forwardPerSecond: perSecond(seconds.forward),
    gradientPerSecond: perSecond(seconds.gradient),
    pytorchGradientPerSecond: theirs,
    ratio: theirs === null ? null : perSecond(seconds.gradient) / theirs,
    pytorchForwardPerSecond: beside ? perSecond(seconds.torchForward) : null,
    gradientDifference: difference,
    pytorch: beside?.settings ?? null,
    memory,
  };
}

/** Runs the batch as the sampler does: cut into parts of `rows`, as many at once as there are lanes. Gives the first part's results. */
async function inLanes(
  session: Session,
  feeds: Readonly<Record<string, HostTensor>>,
  rows: number,
): Promise<Record<string, HostTensor>> {
  const total = Object.values(feeds)[0]?.dims[0] ?? 0;
  const parts = Array.from({ length: Math.ceil(total / rows) }, (_, part) =>
    Object.fromEntries(
      Object.entries(feeds).map(([name, { dims, data }]) => {
        const width = dims[1] ?? 1;
        const taken = (data as Float32Array).slice(part * rows * width, (part + 1) * rows * width);
        const shape = [taken.length / width, width];
        return [name, { dtype: 'float32' as const, dims: shape, data: taken }];
      }),
    ),
  );
  const [first] = await Promise.all(parts.map((part) => session.run(part)));
  return first ?? {};
}

function openPyTorch(graph: Graph, feeds: Feeds, batch: number): ReturnType<typeof PyTorch.open> {
  return PyTorch.open(python, {
    graph,
    batch,
    threads,
    allocator: 'tuned',
    input: 'w',
    output: 'embedding',
    w: feeds.w.data as Float32Array,
    cotangent: feeds.embedding_cotangent.data as Float32Array,
  });
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const start = performance.now();
  const result = await work();
  return [(performance.now() - start) / 1000, result];
}

function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function relativeDifference(ours: HostTensor | undefined, theirs: readonly number[]): number {
  const data = ours?.data as Float32Array;
  return Math.hypot(...theirs.map((x, i) => x - (data[i] ?? 0))) / Math.hypot(...theirs);
}

function describe(row: Row): string {
  const { memory } = row;
  const beside =
    row.ratio === null
      ? 'no PyTorch'
      : `PyTorch ${row.pytorchGradientPerSecond?.toFixed(1)}, ratio ${row.ratio.toFixed(2)}`;
  const peak = memory ? `, ${describeMemory(memory)}` : '';
  return `${row.pair}, batch ${row.batch}: forward ${row.forwardPerSecond.toFixed(1)}/s, gradient ${row.gradientPerSecond.toFixed(1)}/s, ${beside}${peak}`;
}

function describeMemory(memory: MemoryReport): string {
  const megabytes = (key: keyof MemoryReport): string => `${memory[key].toFixed(0)} MB`;
  const run = `peak ${megabytes('peakMegabytes')} for ${megabytes('storedMegabytes')} stored (${memory.ratio.toFixed(2)})`;
  const load = `loading ${megabytes('loadMegabytes')} with ${megabytes('weightMegabytes')} of weights (${memory.loadRatio.toFixed(2)})`;
  return `${run}, ${load}, running with weights ${megabytes('wholeMegabytes')}`;
}
