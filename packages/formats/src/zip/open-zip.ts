/** @file Zip archives that people upload: files by name, within limits, since an archive may be made to exhaust memory. */
import { buffer } from 'node:stream/consumers';

import { type Entry, openPromise, type ZipFile } from 'yauzl';

import { FormatError } from '../errors.ts';

/** What an archive may be. */
export interface ZipLimits {
  /** Files, folders and what is skipped not counted. */
  readonly mostFiles: number;
  /** Bytes of one file once it is unpacked. */
  readonly mostBytesPerFile: number;
}

/** An open archive. Whoever opened it closes it. */
export interface ZipArchive {
  /** Paths inside the archive, in its order; folders, hidden files and what macOS adds are left out. */
  readonly names: readonly string[];
  /** The unpacked file. @throws FormatError INVALID_ZIP where it is not there or damaged */
  read(name: string): Promise<Uint8Array>;
  close(): void;
}

/**
 * Opens an archive on disk and reads its directory.
 *
 * @throws FormatError INVALID_ZIP for bytes that are no whole archive, encrypted files, names that lead out of it, and what exceeds
 *   the limits
 */
export async function openZip(path: string, limits: ZipLimits): Promise<ZipArchive> {
  let file: ZipFile | undefined;
  try {
    // Strict about names: absolute paths and '..' are refused by the reader.
    file = await openPromise(path, { lazyEntries: true, autoClose: false });
    const entries = await readDirectory(file, limits);
    const opened = file;
    return {
      names: [...entries.keys()],
      async read(name) {
        const entry = entries.get(name);
        if (entry === undefined) throw invalid(`The archive has no file '${name}'`);
        try {
          return new Uint8Array(await buffer(await opened.openReadStreamPromise(entry)));
        } catch (cause) {
          throw invalid(`'${name}' in the archive is damaged (${reasonOf(cause)})`, cause);
        }
      },
      close: () => opened.close(),
    };
  } catch (cause) {
    file?.close();
    if (cause instanceof FormatError) throw cause;
    throw invalid(`The bytes are no zip archive that can be read (${reasonOf(cause)})`, cause);
  }
}

async function readDirectory(file: ZipFile, limits: ZipLimits): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of file.eachEntry()) {
    const name = entry.fileName;
    if (isSkipped(name)) continue;
    if (entries.has(name)) throw invalid(`The archive has '${name}' twice`);
    if (entry.isEncrypted()) throw invalid(`'${name}' in the archive is encrypted`);
    if (entry.uncompressedSize > limits.mostBytesPerFile) {
      throw invalid(
        `'${name}' in the archive unpacks to ${entry.uncompressedSize} bytes, and ${limits.mostBytesPerFile} is the most for a file`,
      );
    }
    entries.set(name, entry);
    if (entries.size > limits.mostFiles) {
      throw invalid(`The archive has more than ${limits.mostFiles} files, which is the most`);
    }
  }
  return entries;
}

function isSkipped(name: string): boolean {
  return (
    name.endsWith('/') ||
    name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX')
  );
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, '');
}

function invalid(text: string, cause?: unknown): FormatError {
  return new FormatError('INVALID_ZIP', `${text}; make the archive again.`, cause);
}
