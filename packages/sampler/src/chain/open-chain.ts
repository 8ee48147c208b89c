/** @file The sessions of a chain: rows in, rows out, batched by the plan. */

import { adaptForWebGpu, encodeModel } from '@colloid/onnx';

import { ParameterError } from '../errors.ts';
import type { HostTensor, OperatorFallback, Runtime, SelfTest, Session } from '../runtime/types.ts';
import type { Chain, ChainGraph } from './chain.ts';
import { finite } from './finite.ts';
import { COTANGENT } from './gradient-graphs.ts';
import { averageLatent, drawPrior, meanLatentDistance } from './latents.ts';
import { cut, takeRows } from './plan.ts';
import type { Batch } from './plan.ts';

export interface OpenChainOptions {
  /** Rows per run of a graph; part of the run's plan. A model with a fixed batch overrides it. */
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /** Told of operators of a graph that the provider lacks, so that the CPU runs them; once per graph that has some. */
  readonly onFallback?: (graph: string, operators: readonly OperatorFallback[]) => Promise<void>;
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Rows per batch where the plan asks for fewer than `batchSize`. */
  readonly batchRows?: number;
}

/**
 * Batches that run at once, each with its share of the cores. Two, since a gradient holds all
 * activations of its batch in memory.
 */
const LANES = 2;

/** Encoded images: bytes [count, height, width, 3], RGB. */
export interface ImageBatch {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 3;
  readonly data: Uint8Array;
}

export interface DispersionGradient {
  /** Unit embeddings [N, E]. */
  readonly embeddings: Float32Array;
  /** Angle of each row to its reference, radians, [N]. */
  readonly theta: Float32Array;
  /** Gradient of Σ θ² / 4 with respect to w, [N, D]. */
  readonly gradient: Float32Array;
}

/**
 * A chain ready to run. The caller that opened it closes it; the runtime stays open. Every method
 * checks the signal before each batch and throws its reason.
 */
export interface ChainSessions {
  readonly chain: Chain;
  readonly runtime: Runtime;
  readonly batchSize: number;
  readonly latentDim: number;
  readonly embeddingDim: number;
  /** Batches that run at once, when a call has more than one. */
  readonly lanes: number;
  /** w_avg, [D]. */
  readonly average: Float32Array;
  /** Unit embeddings [N, E] of latents [N, D]. */
  embed(latents: Float32Array, options?: CallOptions): Promise<Float32Array>;
  images(latents: Float32Array, options?: CallOptions): Promise<ImageBatch>;
  /** dU/dw [N, D] of dU/dê [N, E] at latents [N, D]. */
  pullback(
    latents: Float32Array,
    cotangent: Float32Array,
    options?: CallOptions,
  ): Promise<Float32Array>;
  /** Embeddings, angles and gradients for latents [N, D] and a unit reference per row [N, E]. */
  dispersionGradient(
    latents: Float32Array,
    references: Float32Array,
    options?: CallOptions,
  ): Promise<DispersionGradient>;
  /** Truncated latents [count, D] of the identities `first` onwards. */
  drawLatents(options: DrawOptions): Promise<Float32Array>;
  /** Mean distance between two random latents drawn with this truncation. */
  latentScale(truncation: number): Promise<number>;
  /** Disposes the sessions. Calling it again does nothing. */
  close(): Promise<void>;
}

export interface DrawOptions extends CallOptions {
  readonly seed: number;
  /** @default STREAMS.referenceLatent */
  readonly stream?: number;
  readonly first: number;
  readonly count: number;
  /** ψ in w = w_avg + ψ (w - w_avg), 0..2. */
  readonly truncation: number;
}

/**
 * Prepares a chain on a runtime. Graphs are loaded on first use; a GPU provider is compared with the
 * CPU on the very graph when it is loaded.
 *
 * @throws ParameterError for a batch size below 1
 */
export async function openChain(
  runtime: Runtime,
  chain: Chain,
  options: OpenChainOptions,
): Promise<ChainSessions> {
  options.signal?.throwIfAborted();
  if (!Number.isInteger(options.batchSize) || options.batchSize < 1) {
    throw new ParameterError(
      'batchSize',
      `must be a whole number of at least 1, got ${options.batchSize}.`,
    );
  }
  const runner = new ChainRunner(runtime, chain, options);
  try {
    const average = await averageLatent(chain.generator, (z) => runner.map(z));
    return assemble(runner, average);
  } catch (error) {
    await runner.close();
    throw error;
  }
}

function assemble(runner: ChainRunner, average: Float32Array): ChainSessions {
  const { chain, runtime, batchSize } = runner;
  const { latentDim: D, embeddingDim: E } = chain;
  let distance: Promise<number> | undefined;
  return {
    chain,
    runtime,
    batchSize,
    latentDim: D,
    embeddingDim: E,
    lanes: runtime.provider === 'cpu' ? Math.min(LANES, runtime.threads) : 1,
    average,
    async embed(latents, options) {
      const [e] = await runner.run('embed', [column('w', latents, D)], ['embedding'], options);
      return finite(e, { quantity: 'embedding', model: chain.recogniser.name, width: E });
    },
    async images(latents, options) {
      const { height, width } = chain.generator.image;
      const data = await runner.pixels(latents, height * width * 3, options);
      return { count: latents.length / D, height, width, channels: 3, data };
    },
    async pullback(latents, cotangent, options) {
      const columns = [column('w', latents, D), column(COTANGENT, cotangent, E)];
      const [g] = await runner.run('pullback', columns, ['w_grad'], options);
      return finite(g, { quantity: 'gradient', model: chain.generator.name, width: D });
    },
    async dispersionGradient(latents, references, options) {
      const columns = [column('w', latents, D), column('reference', references, E)];
      const outputs = ['embedding', 'theta', 'w_grad'];
      const [e, theta, g] = await runner.run('dispersion', columns, outputs, options);
      return {
        embeddings: finite(e, { quantity: 'embedding', model: chain.recogniser.name, width: E }),
        theta: finite(theta, { quantity: 'angle', model: chain.recogniser.name, width: 1 }),
        gradient: finite(g, { quantity: 'gradient', model: chain.generator.name, width: D }),
      };
    },
    async drawLatents(options) {
      const z = drawPrior(chain.generator, options);
      const w = chain.generator.mapping === null ? z : await runner.map(z, options);
      const latents = finite(w, { quantity: 'latent', model: chain.generator.name, width: D });
      return truncate(latents, average, options.truncation);
    },
    async latentScale(truncation) {
      distance ??= meanLatentDistance(chain.generator, (z) => runner.map(z));
      return (await distance) * truncation;
    },
    close: () => runner.close(),
  };
}

interface Column {
  readonly name: string;
  readonly data: Float32Array;
  readonly width: number;
}

function column(name: string, data: Float32Array, width: number): Column {
  if (data.length % width !== 0) {
    throw new ParameterError(name, `must hold rows of ${width} numbers, got ${data.length}.`);
  }
  return { name, data, width };
}

/** Loads graphs when needed and runs them batch by batch. */
class ChainRunner {
  readonly chain: Chain;
  readonly runtime: Runtime;
  readonly batchSize: number;
  readonly #sessions = new Map<ChainGraph, Promise<Session>>();
  readonly #onFallback: OpenChainOptions['onFallback'];

  constructor(runtime: Runtime, chain: Chain, options: OpenChainOptions) {
    this.runtime = runtime;
    this.chain = chain;
    this.batchSize = chain.batch ?? options.batchSize;
    this.#onFallback = options.onFallback;
  }

  /** Concatenated rows of each output. */
  async run(
    kind: ChainGraph,
    columns: readonly Column[],
    outputs: readonly string[],
    options: CallOptions = {},
  ): Promise<Float32Array[]> {
    const rows = rowCount(columns);
    const results = outputs.map(() => new Float32Array(0));
    for await (const { batch, size, tensors } of this.#batches(kind, columns, outputs, options)) {
      tensors.forEach((tensor, at) => {
        const width = tensor.data.length / size;
        let target = results[at];
        if (target === undefined || target.length !== rows * width) {
          target = new Float32Array(rows * width);
          results[at] = target;
        }
        const kept = (tensor.data as Float32Array).subarray(0, batch.count * width);
        target.set(kept, batch.first * width);
      });
    }
    return results;
  }

  async pixels(
    latents: Float32Array,
    imageBytes: number,
    options: CallOptions = {},
  ): Promise<Uint8Array> {
    const columns = [column('w', latents, this.chain.latentDim)];
    const result = new Uint8Array(rowCount(columns) * imageBytes);
    for await (const { batch, tensors } of this.#batches('image', columns, ['pixels'], options)) {
      const data = tensors[0]?.data as Uint8Array;
      result.set(data.subarray(0, batch.count * imageBytes), batch.first * imageBytes);
    }
    return result;
  }

  /** The mapping network on priors [N, Dz]; without one, w is z. */
  async map(z: Float32Array, options: CallOptions = {}): Promise<Float32Array> {
    const { mapping } = this.chain.generator.manifest;
    if (mapping === undefined) return z;
    const columns = [column(mapping.input, z, this.chain.generator.priorDim)];
    const [w] = await this.run('mapping', columns, [mapping.output], options);
    return w ?? new Float32Array(0);
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#sessions.values());
    this.#sessions.clear();
    for (const result of opened) {
      if (result.status === 'fulfilled') await result.value.dispose();
    }
  }

  /** Runs the batches, as many at once as the session has lanes, and yields them in order. */
  async *#batches(
    kind: ChainGraph,
    columns: readonly Column[],
    outputs: readonly string[],
    options: CallOptions,
  ): AsyncGenerator<BatchResult> {
    const fixed = this.#fixedBatch(kind);
    const session = await this.#session(kind);
    const running: Promise<BatchResult>[] = [];
    const rows = Math.min(options.batchRows ?? this.batchSize, fixed ?? this.chain.maxRows(kind));
    for (const batch of cut(rowCount(columns), rows)) {
      options.signal?.throwIfAborted();
      const size = fixed ?? batch.count;
      const result = runBatch(session, { columns, outputs, batch, size });
      // Awaited in its turn; until then a failure must not count as unhandled.
      result.catch(() => undefined);
      running.push(result);
      if (running.length < session.lanes) continue;
      const first = running.shift();
      if (first !== undefined) yield await first;
    }
    for (const result of running) yield await result;
  }

  #session(kind: ChainGraph): Promise<Session> {
    let session = this.#sessions.get(kind);
    if (session === undefined) {
      session = this.#load(kind);
      this.#sessions.set(kind, session);
    }
    return session;
  }

  async #load(kind: ChainGraph): Promise<Session> {
    const { generator, recogniser } = this.chain;
    const graph = `${kind} of ${generator.name} and ${recogniser.name}`;
    const plain = await this.chain.encoded(kind);
    const isWebGpu = this.runtime.provider === 'webgpu';
    const adapted = isWebGpu ? encodeModel(adaptForWebGpu(this.chain.graph(kind))) : plain;
    return this.runtime.session(adapted, {
      name: graph,
      lanes: LANES,
      selfTest: this.#selfTest(kind, plain),
      onFallback: async (operators) => this.#onFallback?.(graph, operators),
    });
  }

  /** The batch that the graph is made for; asks the models, since the graph itself may be cached and never built. */
  #fixedBatch(kind: ChainGraph): number | null {
    const { generator, batch } = this.chain;
    if (kind === 'image') return generator.batch;
    if (kind !== 'mapping') return batch;
    const dim = generator.mapping?.inputs[0]?.type.shape[0];
    return typeof dim === 'number' ? dim : null;
  }

  #inputs(kind: ChainGraph): readonly { readonly name: string; readonly width: number }[] {
    const { generator, latentDim, embeddingDim } = this.chain;
    if (kind === 'mapping')
      return [{ name: generator.manifest.mapping?.input ?? '', width: generator.priorDim }];
    const w = { name: 'w', width: latentDim };
    if (kind === 'pullback') return [w, { name: COTANGENT, width: embeddingDim }];
    return kind === 'dispersion' ? [w, { name: 'reference', width: embeddingDim }] : [w];
  }

  /** Feeds near the origin, small, different in every row. */
  #selfTest(kind: ChainGraph, reference: Uint8Array): SelfTest {
    const size = this.#fixedBatch(kind) ?? Math.min(2, this.batchSize);
    const feeds: Record<string, HostTensor> = {};
    for (const { name, width } of this.#inputs(kind)) {
      const data = Float32Array.from({ length: size * width }, (_, i) => Math.sin(1 + 0.7 * i));
      feeds[name] = { dtype: 'float32', dims: [size, width], data };
    }
    return { feeds, reference };
  }
}

interface BatchResult {
  readonly batch: Batch;
  /** Rows run, padding included. */
  readonly size: number;
  /** In the order of the outputs asked for. */
  readonly tensors: readonly HostTensor[];
}

async function runBatch(
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

function rowCount(columns: readonly Column[]): number {
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

function truncate(w: Float32Array, average: Float32Array, psi: number): Float32Array {
  if (psi === 1) return w;
  const D = average.length;
  return w.map((value, i) => {
    const centre = average[i % D] ?? 0;
    return centre + psi * (value - centre);
  });
}
