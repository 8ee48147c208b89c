/** @file A log file that is put aside when it is full: `gateway.log`, then `gateway.log.1`, the newest of the older ones, and so on. */

import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { callbackify } from 'node:util';

const NEW_LINE = 10;

export interface RotatingLogOptions {
  readonly file: string;
  /** Size at which the file is put aside; a line is never cut, so it may be exceeded by one. */
  readonly mostBytes: number;
  /** Older files that are kept, at least 1; the oldest goes when there would be more. */
  readonly keptFiles: number;
}

/** Appends to what is there. End it once nothing writes any more. */
export class RotatingLog extends Writable {
  readonly #options: RotatingLogOptions;
  #handle: FileHandle | null = null;
  #sizeBytes = 0;
  #endsLine = true;

  constructor(options: RotatingLogOptions) {
    super();
    this.#options = options;
  }

  override _construct(callback: (error?: Error | null) => void): void {
    callbackify(() => this.#open())(callback);
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    callbackify(() => this.#append(chunk))(callback);
  }

  override _destroy(reason: Error | null, callback: (error?: Error | null) => void): void {
    callbackify(() => this.#close())((closing) => callback(reason ?? closing));
  }

  async #close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = null;
    await handle?.close();
  }

  async #append(chunk: Buffer): Promise<void> {
    if (this.#sizeBytes + chunk.length <= this.#options.mostBytes) return this.#put(chunk);
    // The line at hand stays whole: it goes on in the full file up to its end.
    const end = this.#endsLine ? 0 : chunk.indexOf(NEW_LINE) + 1;
    if (!this.#endsLine && end === 0) return this.#put(chunk);
    await this.#put(chunk.subarray(0, end));
    const rest = chunk.subarray(end);
    if (rest.length > 0 && this.#sizeBytes > 0) await this.#rotate();
    await this.#put(rest);
  }

  async #put(bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    if (this.#handle === null) throw new Error(`The log ${this.#options.file} is closed.`);
    await this.#handle.appendFile(bytes);
    this.#sizeBytes += bytes.length;
    this.#endsLine = bytes.at(-1) === NEW_LINE;
  }

  async #open(): Promise<void> {
    this.#handle = await open(this.#options.file, 'a');
    this.#sizeBytes = (await this.#handle.stat()).size;
    this.#endsLine = true;
  }

  async #rotate(): Promise<void> {
    const { file, keptFiles } = this.#options;
    await this.#close();
    await rm(`${file}.${keptFiles}`, { force: true });
    for (let age = keptFiles - 1; age >= 1; age -= 1) {
      await renameIfThere(`${file}.${age}`, `${file}.${age + 1}`);
    }
    await rename(file, `${file}.1`);
    await this.#open();
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
