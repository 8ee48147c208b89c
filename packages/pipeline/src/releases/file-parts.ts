/** @file Files that are never built: their bytes come from pieces of objects and from what stands between them, for any range. */

import type { ByteRange, ObjectStore } from '@colloid/storage';

/** Bytes of an object of the store. */
export interface StoredPart {
  readonly key: string;
  readonly offset: number;
  readonly length: number;
}

/** Some bytes of a file: as they are, or where they lie. */
export type FilePart = Uint8Array | StoredPart;

/** A stretch of a file, whose parts are known only when they are needed. */
export interface FileSection {
  readonly sizeBytes: number;
  /** Together they have `sizeBytes`. */
  parts(): readonly FilePart[] | Promise<readonly FilePart[]>;
}

/** Parts that lie closer together than this are read through, since a request of its own would take longer. */
const GAP_BYTES = 256 * 1024;

/** Size of all sections. */
export function sizeOfSections(sections: readonly FileSection[]): number {
  return sections.reduce((sum, section) => sum + section.sizeBytes, 0);
}

/**
 * The bytes of a range of a file. Memory holds the parts of one section and a few pieces.
 *
 * @param options.range must lie inside the file
 * @throws StorageError where an object is missing or shorter than its parts say
 */
export async function* streamSections(
  store: Pick<ObjectStore, 'stream'>,
  sections: readonly FileSection[],
  options: { readonly range: ByteRange; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array> {
  const { range, signal } = options;
  const end = range.offset + range.length;
  let at = 0;
  for (const section of sections) {
    const from = Math.max(0, range.offset - at);
    const to = Math.min(section.sizeBytes, end - at);
    at += section.sizeBytes;
    if (from < to) yield* streamParts(store, cut(await section.parts(), from, to), signal);
    if (at >= end) return;
  }
}

/** The parts between two places of the section that they make. */
function cut(parts: readonly FilePart[], from: number, to: number): readonly FilePart[] {
  const kept: FilePart[] = [];
  let at = 0;
  for (const part of parts) {
    const length = lengthOf(part);
    const first = Math.max(0, from - at);
    const last = Math.min(length, to - at);
    at += length;
    if (first >= last) continue;
    kept.push(
      part instanceof Uint8Array
        ? part.subarray(first, last)
        : { key: part.key, offset: part.offset + first, length: last - first },
    );
  }
  return kept;
}

function lengthOf(part: FilePart): number {
  return part instanceof Uint8Array ? part.byteLength : part.length;
}

async function* streamParts(
  store: Pick<ObjectStore, 'stream'>,
  parts: readonly FilePart[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let open: OpenSpan | null = null;
  try {
    for (const [index, part] of parts.entries()) {
      signal?.throwIfAborted();
      if (part instanceof Uint8Array) {
        yield part;
        continue;
      }
      if (open === null || !open.reaches(part)) {
        await open?.close();
        open = null;
        open = await OpenSpan.open(store, spanFrom(parts, index, part));
      }
      yield* open.take(part);
    }
  } finally {
    await open?.close();
  }
}

/** What is read in one request from `first` on: parts of the same object that follow it, each not far from the one before. */
function spanFrom(parts: readonly FilePart[], index: number, first: StoredPart): StoredPart {
  let end = first.offset + first.length;
  for (const part of parts.slice(index + 1)) {
    if (part instanceof Uint8Array) continue;
    const gap = part.offset - end;
    if (part.key !== first.key || gap < 0 || gap > GAP_BYTES) break;
    end = part.offset + part.length;
  }
  return { key: first.key, offset: first.offset, length: end - first.offset };
}

/** A stretch of an object that is being read. */
class OpenSpan {
  readonly #span: StoredPart;
  readonly #pieces: AsyncIterator<Uint8Array>;
  /** Of the next byte in the object. */
  #at: number;
  #rest: Uint8Array = new Uint8Array(0);

  private constructor(span: StoredPart, pieces: AsyncIterator<Uint8Array>) {
    this.#span = span;
    this.#pieces = pieces;
    this.#at = span.offset;
  }

  static async open(store: Pick<ObjectStore, 'stream'>, span: StoredPart): Promise<OpenSpan> {
    const { key, offset, length } = span;
    const source = await store.stream(key, { offset, length });
    return new OpenSpan(span, source[Symbol.asyncIterator]());
  }

  reaches({ key, offset, length }: StoredPart): boolean {
    const end = this.#span.offset + this.#span.length;
    return key === this.#span.key && offset >= this.#at && offset + length <= end;
  }

  async *take({ offset, length }: StoredPart): AsyncGenerator<Uint8Array> {
    const end = offset + length;
    while (this.#at < end) {
      if (this.#rest.byteLength === 0) {
        const next = await this.#pieces.next();
        if (next.done === true) throw new RangeError(`'${this.#span.key}' ended at ${this.#at}`);
        this.#rest = next.value;
        continue;
      }
      const skipped = Math.min(Math.max(0, offset - this.#at), this.#rest.byteLength);
      const taken = Math.min(end - this.#at - skipped, this.#rest.byteLength - skipped);
      const piece = this.#rest.subarray(skipped, skipped + taken);
      this.#rest = this.#rest.subarray(skipped + taken);
      this.#at += skipped + taken;
      if (taken > 0) yield piece;
    }
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
