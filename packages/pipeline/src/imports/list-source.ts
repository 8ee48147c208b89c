/** @file What is in the tar files of an import, file by file: candidates with their places, and what is left out from the beginning. */

import type { ImportedFile, ImportSource } from '@colloid/catalog';
import { isFormatError, readTarEntries } from '@colloid/formats';
import {
  contentKey,
  getContent,
  isStorageError,
  type ObjectStore,
  putContent,
} from '@colloid/storage';
import { z } from 'zod';

import { runActivity, type ActivityStore } from '../activities/activity.ts';
import type { Json } from '../digest.ts';
import { PipelineError } from '../errors.ts';
import { readLabel, readName } from './source-rules.ts';

/** As for archives of galleries. */
const MOST_IMAGE_BYTES = 64 * 1024 ** 2;
const MOST_LABEL_BYTES = 64 * 1024;
const MOST_IMAGES = 10_000_000;

/** An image that may be imported, at its place in a tar file. */
export interface Candidate {
  /** Ordinal of the tar file. */
  readonly file: number;
  readonly name: string;
  readonly identity: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Something that is not imported. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

/** What the files of a source hold. */
export interface SourceListing {
  /** In the order of the files and of what is in them. */
  readonly candidates: readonly Candidate[];
  readonly leftOut: readonly LeftOut[];
  /** Digests of the lists of each file, in order: they name the candidates. */
  readonly digests: readonly string[];
}

const ZListing = z.object({
  /** name, identity, offset, bytes */
  images: z.array(z.tuple([z.string(), z.string(), z.number(), z.number()])),
  leftOut: z.array(z.tuple([z.string(), z.string()])),
});
type Listing = z.infer<typeof ZListing>;

/** Lists all files; each is an activity of its own. @throws PipelineError IMPORT_FILE_MISSING, IMPORT_INVALID naming the file */
export async function listSource(options: {
  readonly activities: ActivityStore;
  readonly store: ObjectStore;
  readonly source: ImportSource;
  readonly files: readonly ImportedFile[];
  readonly signal: AbortSignal;
  readonly onFile: (ordinal: number) => Promise<void>;
}): Promise<SourceListing> {
  const { activities, store, source, files, signal, onFile } = options;
  const candidates: Candidate[] = [];
  const leftOut: LeftOut[] = [];
  const digests: string[] = [];
  const seen = new Set<string>();
  for (const [file, tar] of files.entries()) {
    signal.throwIfAborted();
    const { digest } = await runActivity(activities, {
      name: 'import-list',
      version: 1,
      inputs: { tar: tar.digest, source },
      compute: async (): Promise<{ readonly [key: string]: Json; readonly digest: string }> => {
        const listing = await listFile({ store, source, tar, signal });
        const bytes = new TextEncoder().encode(JSON.stringify(listing));
        const content = await putContent(store, bytes, { contentType: 'application/json' });
        return { digest: content.digest };
      },
    });
    digests.push(digest);
    const listing = ZListing.parse(
      JSON.parse(new TextDecoder().decode(await getContent(store, digest))),
    );
    for (const [name, identity, offset, sizeBytes] of listing.images) {
      // A key without a folder names nothing beyond its own tar file.
      if (name.includes('/') && seen.has(name)) {
        leftOut.push({
          name,
          reason: `It is in several of the files, '${tar.name}' the last; keep one.`,
        });
        continue;
      }
      seen.add(name);
      candidates.push({ file, name, identity, offset, sizeBytes });
    }
    for (const [name, reason] of listing.leftOut) leftOut.push({ name, reason });
    if (candidates.length > MOST_IMAGES) {
      throw invalid(
        `The source holds more than ${MOST_IMAGES} images, which is the most; import it in parts.`,
      );
    }
    await onFile(file);
  }
  return { candidates, leftOut, digests };
}

async function listFile(options: {
  readonly store: ObjectStore;
  readonly source: ImportSource;
  readonly tar: ImportedFile;
  readonly signal: AbortSignal;
}): Promise<Listing> {
  const { store, source, tar, signal } = options;
  const members = new Members();
  try {
    const wants = ({ name, sizeBytes }: { readonly name: string; readonly sizeBytes: number }) =>
      sizeBytes <= MOST_LABEL_BYTES && readName(source, name).kind === 'label';
    const stream = await store.stream(contentKey(tar.digest));
    for await (const entry of readTarEntries(stream, { wants, needsEnd: true })) {
      signal.throwIfAborted();
      const { name, kind, offset, sizeBytes, bytes } = entry;
      if (kind === 'folder') continue;
      const verdict = readName(source, name);
      if (verdict.kind === 'ignored') continue;
      if (kind !== 'file') {
        members.leaveOut(name, 'It is a link or a device; put the image itself there.');
      } else if (verdict.kind === 'skipped') {
        members.leaveOut(name, verdict.reason);
      } else if (verdict.kind === 'label') {
        const label = bytes === null ? null : readLabel(verdict.form, bytes);
        if (label !== null) members.label(verdict.key, verdict.form, label);
      } else if (sizeBytes > MOST_IMAGE_BYTES) {
        members.leaveOut(
          name,
          `It has ${sizeBytes} bytes, and ${MOST_IMAGE_BYTES} are the most; make it smaller.`,
        );
      } else {
        members.image({ ...verdict, name: name.replace(/^(\.\/)+/, ''), offset, sizeBytes });
      }
    }
  } catch (cause) {
    signal.throwIfAborted();
    if (isStorageError(cause, 'NOT_FOUND')) {
      throw new PipelineError(
        'IMPORT_FILE_MISSING',
        `The file '${tar.name}' is no longer in the object store; upload it again.`,
        { cause },
      );
    }
    if (!isFormatError(cause)) throw cause;
    throw invalid(
      `'${tar.name}' is no whole tar file, or it was cut off; make it again, and upload it again.`,
      cause,
    );
  }
  return members.listing();
}

/** The members of one tar file; labels may come before their images or after. */
class Members {
  readonly #images: {
    readonly name: string;
    readonly key: string;
    readonly identity: string | null;
    readonly offset: number;
    readonly sizeBytes: number;
  }[] = [];
  readonly #names = new Set<string>();
  readonly #labels = new Map<string, { readonly form: 'json' | 'cls'; readonly name: string }>();
  readonly #leftOut: [string, string][] = [];

  leaveOut(name: string, reason: string): void {
    this.#leftOut.push([name, reason]);
  }

  /** A .json says more than a .cls, whose numbers may mean anything. */
  label(key: string, form: 'json' | 'cls', name: string): void {
    if (form === 'json' || !this.#labels.has(key)) this.#labels.set(key, { form, name });
  }

  image(image: {
    readonly name: string;
    readonly key: string;
    readonly identity: string | null;
    readonly offset: number;
    readonly sizeBytes: number;
  }): void {
    if (this.#names.has(image.name)) {
      this.leaveOut(image.name, 'It is there twice; keep one of the two.');
      return;
    }
    this.#names.add(image.name);
    const { name, key, identity, offset, sizeBytes } = image;
    this.#images.push({ name, key, identity, offset, sizeBytes });
  }

  listing(): Listing {
    const images: Listing['images'] = [];
    for (const { name, key, identity, offset, sizeBytes } of this.#images) {
      const of = identity ?? this.#labels.get(key)?.name;
      if (of === undefined) {
        this.leaveOut(
          name,
          'Nothing says whose it is; put it into a folder, or a .json with "identity" or a .cls beside it.',
        );
      } else images.push([name, of, offset, sizeBytes]);
    }
    return { images, leftOut: this.#leftOut };
  }
}

function invalid(message: string, cause?: unknown): PipelineError {
  return new PipelineError('IMPORT_INVALID', message, { cause });
}
