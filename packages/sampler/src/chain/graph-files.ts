/** @file Encoded graphs as files of a folder, one each, for processes to come. */

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { GraphStore } from './graph-cache.ts';

export interface GraphFilesOptions {
  /** Made when it is missing; nothing else may keep files there. */
  readonly folder: string;
  /** Most bytes kept; the files used longest ago go first. @default 4294967296 */
  readonly maxBytes?: number;
  /** Told why a file could not be read or written; the graph is built, or built again next time. @default nobody */
  readonly log?: (message: string) => void;
}

const SUFFIX = '.graph';
const KEY = /^[0-9a-f]{64}$/;
/** A file that is being written, by whichever process. */
const DRAFT = /\.graph\.[0-9a-f-]{36}$/;
/** Nobody is at a draft of that age any more: its process was killed. */
const STALE_DRAFT_MS = 3600 * 1000;

/** A store that never fails a run. Files appear whole, so several processes may share the folder. */
export class GraphFiles implements GraphStore {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #log: (message: string) => void;

  constructor({ folder, maxBytes = 4 * 1024 ** 3, log = () => undefined }: GraphFilesOptions) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#log = log;
  }

  async read(key: string): Promise<Uint8Array | null> {
    const path = this.#path(key);
    try {
      const bytes = await readFile(path);
      const now = new Date();
      await utimes(path, now, now);
      return bytes;
    } catch (error) {
      if (!isMissing(error)) this.#log(`The graph ${path} could not be read: ${reasonOf(error)}`);
      return null;
    }
  }

  async write(key: string, parts: readonly Uint8Array[]): Promise<void> {
    const path = this.#path(key);
    const draft = `${path}.${randomUUID()}`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(draft, parts, { flag: 'wx' });
      await rename(draft, path);
      await this.#evict(path);
    } catch (error) {
      this.#log(`The graph ${path} could not be written: ${reasonOf(error)}`);
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }

  #path(key: string): string {
    if (!KEY.test(key)) throw new Error(`internal error: '${key}' is no key of a graph`);
    return join(this.#folder, key + SUFFIX);
  }

  async #evict(latest: string): Promise<void> {
    const now = new Date().getTime();
    const all = await Promise.all(
      (await readdir(this.#folder)).map(async (name) => {
        const path = join(this.#folder, name);
        // Another process may have removed it by now.
        const found = await stat(path).catch(() => null);
        return { path, size: found?.size ?? 0, usedMs: found?.mtimeMs ?? now };
      }),
    );
    for (const { path, usedMs } of all) {
      if (DRAFT.test(path) && now - usedMs > STALE_DRAFT_MS) await rm(path, { force: true });
    }
    const files = all.filter(({ path }) => path.endsWith(SUFFIX));
    let total = files.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of files.toSorted((a, b) => a.usedMs - b.usedMs)) {
      if (total <= this.#maxBytes) return;
      if (path === latest) continue;
      await rm(path, { force: true });
      total -= size;
    }
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
