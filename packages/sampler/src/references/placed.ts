/** @file Identities placed one after another, and how far they are from each other. */

import { encodeModel, GraphBuilder } from '@colloid/onnx';

import { Spread } from '../pairs/accumulators.ts';
import { angleBetween, distanceBetween } from '../pairs/index.ts';
import type { ClosestPair, Summary } from '../pairs/index.ts';
import type { Runtime, Session } from '../runtime/index.ts';

/** Placed rows per product, 4 MB of them at 1024 numbers each. */
const BLOCK = 1000;
/** Cosines this near that of the ICT are decided in float64. */
const DOUBT = 1e-5;

/** Statistics over all pairs of placed identities. */
export interface PlacedStatistics {
  readonly theta: Summary;
  readonly aboveIct: number;
  readonly closest: ClosestPair | null;
  readonly latentDistance: Summary;
  readonly meanRadius: number;
}

export interface PlacedOptions {
  readonly latentDim: number;
  readonly embeddingDim: number;
  /** w_avg, [D]. */
  readonly average: Float32Array;
  /** Most identities. */
  readonly identities: number;
  /** ICT, radians. */
  readonly ict: number;
}

/** A growing set of identities of which no two are closer than the ICT. Whoever made it closes it. */
export class Placed {
  readonly #runtime: Runtime;
  readonly #options: PlacedOptions;
  readonly #latents: Float32Array;
  /** In shared memory, so that blocks of it are fed without a copy. */
  readonly #embeddings: Float32Array;
  #session: Promise<Session> | undefined;
  #count = 0;
  readonly #theta = new Spread();
  readonly #distance = new Spread();
  readonly #radius = new Spread();
  #above = 0;
  #closest: ClosestPair | null = null;

  constructor(runtime: Runtime, options: PlacedOptions) {
    const { identities, latentDim, embeddingDim } = options;
    this.#runtime = runtime;
    this.#options = options;
    this.#latents = new Float32Array(identities * latentDim);
    this.#embeddings = new Float32Array(new SharedArrayBuffer(identities * embeddingDim * 4));
  }

  get count(): number {
    return this.#count;
  }

  /** Unit embeddings of room for all identities, [N, E]; rows below `count` are placed. Read only. */
  get embeddings(): Float32Array {
    return this.#embeddings;
  }

  /** Copies of what is placed. */
  state(): { readonly latents: Float32Array; readonly embeddings: Float32Array } {
    const { latentDim, embeddingDim } = this.#options;
    return {
      latents: this.#latents.slice(0, this.#count * latentDim),
      embeddings: this.#embeddings.slice(0, this.#count * embeddingDim),
    };
  }

  /** Cosines of unit rows [C, E] to all that are placed, [C, count]. */
  async cosines(rows: Float32Array): Promise<Float32Array> {
    const E = this.#options.embeddingDim;
    const C = rows.length / E;
    const result = new Float32Array(C * this.#count);
    const session = await this.#open();
    for (let first = 0; first < this.#count; first += BLOCK) {
      const size = Math.min(BLOCK, this.#count - first);
      const columns = this.#embeddings.subarray(first * E, (first + size) * E);
      const outputs = await session.run({
        rows: { dtype: 'float32', dims: [C, E], data: rows },
        columns: { dtype: 'float32', dims: [size, E], data: columns },
      });
      const block = outputs['cosine']?.data as Float32Array;
      for (let row = 0; row < C; row++) {
        result.set(block.subarray(row * size, (row + 1) * size), row * this.#count + first);
      }
    }
    return result;
  }

  /**
   * Places in order every row that is at least the ICT from all that are placed, those of this call included, until there is no more
   * room.
   *
   * @param cosines of the rows to what was placed before the call, as `cosines` gives them
   * @returns for each row whether it was placed
   */
  offer(
    latents: Float32Array,
    embeddings: Float32Array,
    cosines: Float32Array,
  ): readonly boolean[] {
    const { embeddingDim: E, latentDim: D, identities } = this.#options;
    const before = this.#count;
    return Array.from({ length: embeddings.length / E }, (_, row) => {
      if (this.#count === identities) return false;
      const line = new Float32Array(this.#count);
      line.set(cosines.subarray(row * before, (row + 1) * before));
      for (let j = before; j < this.#count; j++) line[j] = this.#dot(embeddings, row, j);
      if (!this.#isFar(embeddings, row, line)) return false;
      this.#add(
        latents.subarray(row * D, (row + 1) * D),
        embeddings.subarray(row * E, (row + 1) * E),
        line,
      );
      return true;
    });
  }

  /** Takes over the rows of a checkpoint as they are. */
  async restore(latents: Float32Array, embeddings: Float32Array): Promise<void> {
    const { embeddingDim: E, latentDim: D } = this.#options;
    for (let row = 0; row * D < latents.length; row++) {
      const e = embeddings.slice(row * E, (row + 1) * E);
      this.#add(latents.subarray(row * D, (row + 1) * D), e, await this.cosines(e));
    }
  }

  statistics(): PlacedStatistics {
    const pairs = this.#theta.count;
    return {
      theta: this.#theta.summary(),
      aboveIct: pairs === 0 ? 0 : this.#above / pairs,
      closest: this.#closest,
      latentDistance: this.#distance.summary(),
      meanRadius: this.#radius.summary().mean,
    };
  }

  async close(): Promise<void> {
    const session = await this.#session;
    this.#session = undefined;
    await session?.dispose();
  }

  #isFar(embeddings: Float32Array, row: number, line: Float32Array): boolean {
    const { ict, embeddingDim: dim } = this.#options;
    const limit = Math.cos(ict);
    return line.every((cosine, j) => {
      if (cosine > limit + DOUBT) return false;
      if (cosine < limit - DOUBT) return true;
      return angleBetween({ a: embeddings, i: row, b: this.#embeddings, j, dim }) >= ict;
    });
  }

  #add(latent: Float32Array, embedding: Float32Array, line: Float32Array): void {
    const { latentDim: D, embeddingDim: E, average, ict } = this.#options;
    const at = this.#count;
    this.#latents.set(latent, at * D);
    this.#embeddings.set(embedding, at * E);
    line.forEach((cosine, j) => {
      const theta = Math.acos(Math.min(1, Math.max(-1, cosine)));
      this.#theta.add(theta);
      if (this.#closest === null || theta < this.#closest.theta)
        this.#closest = { first: j, second: at, theta };
      if (theta > ict) this.#above += 1;
      this.#distance.add(distanceBetween({ a: this.#latents, i: at, b: this.#latents, j, dim: D }));
    });
    this.#radius.add(distanceBetween({ a: latent, i: 0, b: average, j: 0, dim: D }));
    this.#count += 1;
  }

  #dot(embeddings: Float32Array, row: number, j: number): number {
    const E = this.#options.embeddingDim;
    let sum = 0;
    for (let d = 0; d < E; d++) {
      sum += (embeddings[row * E + d] ?? 0) * (this.#embeddings[j * E + d] ?? 0);
    }
    return sum;
  }

  #open(): Promise<Session> {
    this.#session ??= this.#runtime.session(encodeModel(productGraph(this.#options.embeddingDim)), {
      name: 'cosines to those placed',
    });
    return this.#session;
  }
}

/** cosine [a, b] of unit rows [a, E] and columns [b, E]. */
function productGraph(dim: number): ReturnType<GraphBuilder['build']> {
  const b = new GraphBuilder({ name: 'cosines to those placed' });
  const rows = b.input('rows', 'float32', ['a', dim]);
  const columns = b.input('columns', 'float32', ['b', dim]);
  b.output('cosine', b.gemm(rows, columns, null, { transB: true }));
  return b.build();
}
