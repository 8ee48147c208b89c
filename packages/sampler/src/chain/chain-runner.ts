/** @file Loads a chain's graphs when they are first needed, and runs them on rows in batches. */

import type {
  ExecutionProvider,
  HostTensor,
  Runtime,
  SelfTest,
  Session,
  SessionModel,
} from '../runtime/types.ts';
import type { Chain, ChainGraph, GraphForm } from './chain.ts';
import { COTANGENT } from './gradient-graphs.ts';
import type { CallOptions, OpenChainOptions } from './open-chain.ts';
import { cut } from './plan.ts';
import { column, rowCount, runBatch } from './rows.ts';
import type { BatchResult, Column } from './rows.ts';

/**
 * Batches that run at once, each with its share of the cores. Two, since a gradient holds all
 * activations of its batch in memory.
 */
export const LANES = 2;

const FORMS = { cpu: 'cpu', cuda: 'plain', webgpu: 'webgpu' } as const satisfies Readonly<
  Record<ExecutionProvider, GraphForm>
>;

/** Loads graphs when needed and runs them batch by batch. */
export class ChainRunner {
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
    const rows = Math.min(options.batchRows ?? this.batchSize, fixed ?? this.#mostRows(kind));
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

  #mostRows(kind: ChainGraph): number {
    const most = this.chain.maxRows(kind);
    const isFree = kind === 'mapping' || this.runtime.provider !== 'cpu';
    return isFree ? most : Math.min(most, this.chain.rowsAtOnce);
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
    const { provider } = this.runtime;
    const model = await this.chain.model(kind, FORMS[provider]);
    return this.runtime.session(model, {
      name: graph,
      lanes: LANES,
      ...(provider !== 'cpu' && {
        selfTest: this.#selfTest(kind, await this.chain.model(kind, 'reference')),
      }),
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
  #selfTest(kind: ChainGraph, reference: SessionModel): SelfTest {
    const size = this.#fixedBatch(kind) ?? Math.min(2, this.batchSize);
    const feeds: Record<string, HostTensor> = {};
    for (const { name, width } of this.#inputs(kind)) {
      const data = Float32Array.from({ length: size * width }, (_, i) => Math.sin(1 + 0.7 * i));
      feeds[name] = { dtype: 'float32', dims: [size, width], data };
    }
    return { feeds, reference };
  }
}
