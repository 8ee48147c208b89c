/** @file Encoded graphs by what they follow from, so that a gradient is built once per pair of models. */

import { createHash } from 'node:crypto';

import { encodeModelParts } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';

/** Keeps bytes between processes. Keys are 64 hex digits. A store that must not fail a run catches its own errors. */
export interface GraphStore {
  /** What was written under the key, null when nothing was. */
  read(key: string): Promise<Uint8Array | null>;
  /** The bytes are given in parts, one after another. */
  write(key: string, parts: readonly Uint8Array[]): Promise<void>;
}

export interface GraphCacheOptions {
  /** Where graphs outlive the process. @default in memory only */
  readonly store?: GraphStore;
  /** Most bytes kept in memory; the graphs used longest ago go first. @default 536870912, and 67108864 where there is a store */
  readonly maxBytes?: number;
  /** Told of a graph that the store gave back damaged. @default nobody */
  readonly log?: (message: string) => void;
}

const DIGEST_BYTES = 32;
const MEBIBYTE = 1024 ** 2;
/** Graphs above this are kept as they were built, whose weights others may hold as well, and not encoded. */
const ENCODED_BYTES = 64 * MEBIBYTE;

interface Entry {
  /** Encoded, or as it was built. */
  readonly model: Uint8Array | Graph;
  readonly size: number;
}

/** Shared by all chains of a process that may meet the same models again. */
export class GraphCache {
  readonly #store: GraphStore | undefined;
  readonly #maxBytes: number;
  readonly #log: (message: string) => void;
  /** In order of use. */
  readonly #graphs = new Map<string, Promise<Entry>>();
  readonly #sizes = new Map<string, number>();

  constructor(options: GraphCacheOptions = {}) {
    const { store, log = () => undefined } = options;
    const { maxBytes = (store === undefined ? 512 : 64) * MEBIBYTE } = options;
    this.#store = store;
    this.#log = log;
    this.#maxBytes = maxBytes;
  }

  /**
   * The graph of this key, encoded; `build` runs when neither memory nor the store has it. A large one that was built just now stays a graph:
   * its bytes would be its weights once more. Do not write to the bytes.
   */
  async model(key: string, build: () => Graph): Promise<Uint8Array | Graph> {
    const known = this.#graphs.get(key);
    const graph = known ?? this.#load(key, build);
    this.#graphs.delete(key);
    this.#graphs.set(key, graph);
    try {
      const { model, size } = await graph;
      // One that is larger than all that may be kept does not drive out the others.
      if (size > this.#maxBytes) this.#graphs.delete(key);
      else {
        this.#sizes.set(key, size);
        this.#evict(key);
      }
      return model;
    } catch (error) {
      this.#graphs.delete(key);
      throw error;
    }
  }

  async #load(key: string, build: () => Graph): Promise<Entry> {
    const stored = await this.#store?.read(key);
    const intact = stored && unsealed(stored);
    if (intact) return { model: intact, size: intact.byteLength };
    if (stored) this.#log(`The stored graph ${key} is damaged and is built again.`);
    const graph = build();
    const parts = encodeModelParts(graph);
    const size = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    await this.#store?.write(key, [digestOf(parts), ...parts]);
    return { model: size > ENCODED_BYTES ? graph : Buffer.concat(parts), size };
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

/** The bytes after their digest; null for a file that was cut or damaged, which is built again. */
function unsealed(stored: Uint8Array): Uint8Array | null {
  const bytes = stored.subarray(DIGEST_BYTES);
  return digestOf([bytes]).equals(stored.subarray(0, DIGEST_BYTES)) ? bytes : null;
}

function digestOf(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
