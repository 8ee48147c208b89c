/** @file The caller's side of the session thread: numbered requests, answers as promises. */

import { Worker } from 'node:worker_threads';

import { RuntimeClosedError } from '../errors.ts';
import type { ThreadReply, ThreadRequest, ThreadResult, ThreadSettings } from './protocol.ts';

interface Pending {
  readonly resolve: (result: ThreadResult) => void;
  readonly reject: (error: Error) => void;
}

type RequestBody = ThreadRequest extends infer R
  ? R extends ThreadRequest
    ? Omit<R, 'id'>
    : never
  : never;

/** A failure reported by the thread, before it is given its context. */
export class ThreadFailure extends Error {
  override readonly name = 'ThreadFailure';
}

/** Owns one worker thread. It keeps the process alive only while an answer is awaited. */
export class SessionClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #ended: Error | undefined;

  constructor(settings: ThreadSettings) {
    this.#worker = new Worker(new URL('./session-thread.ts', import.meta.url), {
      workerData: settings,
      name: 'colloid-sessions',
      // Test runners and loaders pass flags meant for the main thread.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker.unref();
    this.#worker.on('message', (reply: ThreadReply) => this.#settle(reply));
    this.#worker.on('error', (error: unknown) =>
      this.#end(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on('exit', () => this.#end(new RuntimeClosedError('runtime')));
  }

  /** @throws ThreadFailure with onnxruntime's message; RuntimeClosedError when the thread is gone. */
  request(body: RequestBody): Promise<ThreadResult> {
    if (this.#ended !== undefined) {
      return Promise.reject(new RuntimeClosedError('runtime', { cause: this.#ended }));
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.ref();
      try {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        this.#worker.postMessage({ ...body, id });
      } catch (error) {
        this.#forget(id);
        reject(new ThreadFailure(error instanceof Error ? error.message : String(error)));
      }
    });
  }

  /** Ends the thread after what is queued. */
  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    await this.request({ kind: 'close' });
    await this.#worker.terminate();
  }

  #settle(reply: ThreadReply): void {
    const pending = this.#pending.get(reply.id);
    this.#forget(reply.id);
    if (reply.ok) pending?.resolve(reply.result);
    else pending?.reject(new ThreadFailure(reply.message));
  }

  #forget(id: number): void {
    this.#pending.delete(id);
    if (this.#pending.size === 0) this.#worker.unref();
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const pending of this.#pending.values()) {
      pending.reject(new RuntimeClosedError('runtime', { cause: reason }));
    }
    this.#pending.clear();
  }
}
