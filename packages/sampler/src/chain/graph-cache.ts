/** @file Encoded graphs by what they follow from, so that a gradient is built once per pair of models. */

import { createHash } from 'node:crypto';

import { encodeModel } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

/** Keeps bytes between processes. Keys are 64 hex digits. A store that must not fail a run catches its own errors. */
export interface GraphStore {
  /** What was written under the key, null when nothing was. */
  read(key: string): Promise<Uint8Array | null>;
  write(key: string, bytes: Uint8Array): Promise<void>;
}

export interface GraphCacheOptions {
  /** Where graphs outlive the process. @default in memory only */
  readonly store?: GraphStore;
  /** Most bytes kept in memory; the graphs used longest ago go first. @default 536870912 */
  readonly maxBytes?: number;
  /** Told of a graph that the store gave back damaged. @default nobody */
  readonly log?: (message: string) => void;
}

const DIGEST_BYTES = 32;

/** Shared by all chains of a process that may meet the same models again. */
export class GraphCache {
  readonly #store: GraphStore | undefined;
  readonly #maxBytes: number;
  readonly #log: (message: string) => void;
  /** In order of use. */
  readonly #graphs = new Map<string, Promise<Uint8Array>>();
  readonly #sizes = new Map<string, number>();

  constructor(options: GraphCacheOptions = {}) {
    const { store, maxBytes = 512 * 1024 ** 2, log = () => undefined } = options;
    this.#store = store;
    this.#log = log;
    this.#maxBytes = maxBytes;
  }

  /** The encoded graph of this key; `build` runs when neither memory nor the store has it. Do not write to the bytes. */
  async encoded(key: string, build: () => Graph): Promise<Uint8Array> {
    const known = this.#graphs.get(key);
    const graph = known ?? this.#load(key, build);
    this.#graphs.delete(key);
    this.#graphs.set(key, graph);
    try {
      const bytes = await graph;
      this.#sizes.set(key, bytes.byteLength);
      this.#evict(key);
      return bytes;
    } catch (error) {
      this.#graphs.delete(key);
      throw error;
    }
  }

  async #load(key: string, build: () => Graph): Promise<Uint8Array> {
    const stored = await this.#store?.read(key);
    const intact = stored && unsealed(stored);
    if (intact) return intact;
    if (stored) this.#log(`The stored graph ${key} is damaged and is built again.`);
    const bytes = encodeModel(build());
    await this.#store?.write(key, sealed(bytes));
    return bytes;
  }

  #evict(latest: string): void {
    let total = [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const key of this.#graphs.keys()) {
      if (total <= this.#maxBytes || key === latest) return;
      total -= this.#sizes.get(key) ?? 0;
      this.#graphs.delete(key);
      this.#sizes.delete(key);
    }
  }
}

/** The bytes after their digest. */
function sealed(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([digestOf(bytes), bytes]);
}

/** The bytes when they are what was sealed; null for a file that was cut or damaged, which is built again. */
function unsealed(stored: Uint8Array): Uint8Array | null {
  const bytes = stored.subarray(DIGEST_BYTES);
  return digestOf(bytes).equals(stored.subarray(0, DIGEST_BYTES)) ? bytes : null;
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
