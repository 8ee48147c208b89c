/** @file Opens a runtime: one thread of onnxruntime sessions on a chosen execution provider. */

import { availableParallelism } from 'node:os';

import { ParameterError, RuntimeClosedError, SessionError } from '../errors.ts';
import { chooseProvider } from './providers.ts';
import { compareWithCpu } from './self-test.ts';
import { SessionClient } from './session-client.ts';
import type {
  ExecutionProvider,
  HostTensor,
  RunOptions,
  Runtime,
  RuntimeOptions,
  Session,
  SessionOptions,
} from './types.ts';

/**
 * Opens a runtime. Close it when done: `await runtime.close()`.
 *
 * @throws ProviderUnavailableError when the provider named cannot run here; ParameterError for a thread count below 1.
 */
export async function openRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1) {
    throw new ParameterError('threads', `must be a whole number of at least 1, got ${threads}.`);
  }
  const provider = await chooseProvider(options.provider ?? 'auto');
  return new ThreadRuntime(provider, threads);
}

class ThreadRuntime implements Runtime {
  readonly provider: ExecutionProvider;
  readonly threads: number;
  readonly #client: SessionClient;
  #nextSession = 1;
  #closing: Promise<void> | undefined;

  constructor(provider: ExecutionProvider, threads: number) {
    this.provider = provider;
    this.threads = threads;
    this.#client = new SessionClient({ provider, threads });
  }

  async session(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    if (this.#closing !== undefined) throw new RuntimeClosedError('runtime');
    const name = options.name ?? 'graph';
    const id = this.#nextSession++;
    const loaded = await this.#client
      .request({ kind: 'load', session: id, model, memoryPattern: options.memoryPattern ?? false })
      .catch((error: unknown) => {
        throw explain(error, 'load', name);
      });
    if (loaded.kind !== 'loaded') throw new Error('internal error: wrong answer to load');
    const session = new ThreadSession(this.#client, id, name, loaded.inputs, loaded.outputs);
    if (this.provider !== 'cpu' && options.selfTest !== undefined) {
      await this.#selfTest(session, model, options.selfTest);
    }
    return session;
  }

  close(): Promise<void> {
    this.#closing ??= this.#client.close();
    return this.#closing;
  }

  async #selfTest(
    session: Session,
    model: Uint8Array,
    test: NonNullable<SessionOptions['selfTest']>,
  ): Promise<void> {
    const cpu = new ThreadRuntime('cpu', this.threads);
    try {
      const reference = await cpu.session(model, { name: session.name });
      await compareWithCpu({ provider: this.provider, session, reference, test });
    } catch (error) {
      await session.dispose();
      throw error;
    } finally {
      await cpu.close();
    }
  }
}

class ThreadSession implements Session {
  readonly name: string;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #client: SessionClient;
  readonly #id: number;
  #disposing: Promise<void> | undefined;

  constructor(
    client: SessionClient,
    id: number,
    name: string,
    inputNames: readonly string[],
    outputNames: readonly string[],
  ) {
    this.#client = client;
    this.#id = id;
    this.name = name;
    this.inputNames = inputNames;
    this.outputNames = outputNames;
  }

  async run(
    feeds: Readonly<Record<string, HostTensor>>,
    options: RunOptions = {},
  ): Promise<Record<string, HostTensor>> {
    options.signal?.throwIfAborted();
    if (this.#disposing !== undefined) throw new RuntimeClosedError('session');
    const result = await this.#client
      .request({
        kind: 'run',
        session: this.#id,
        feeds: whole(feeds),
        outputs: options.outputs ?? null,
      })
      .catch((error: unknown) => {
        throw explain(error, 'run', this.name);
      });
    if (result.kind !== 'ran') throw new Error('internal error: wrong answer to run');
    return result.outputs;
  }

  dispose(): Promise<void> {
    this.#disposing ??= this.#client.request({ kind: 'dispose', session: this.#id }).then(
      () => undefined,
      (error: unknown) => {
        // The thread is gone and the session with it: nothing is left to free.
        if (error instanceof RuntimeClosedError) return;
        throw error;
      },
    );
    return this.#disposing;
  }
}

/**
 * A view on part of a buffer is replaced by a copy of that part: sending the view would clone all
 * of its buffer.
 */
function whole(feeds: Readonly<Record<string, HostTensor>>): Record<string, HostTensor> {
  const result: Record<string, HostTensor> = {};
  for (const [name, tensor] of Object.entries(feeds)) {
    const { buffer, byteLength } = tensor.data;
    const isPart = buffer instanceof ArrayBuffer && byteLength < buffer.byteLength;
    result[name] = isPart ? { ...tensor, data: tensor.data.slice() } : tensor;
  }
  return result;
}

function explain(error: unknown, phase: 'load' | 'run', graph: string): Error {
  if (error instanceof RuntimeClosedError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SessionError(phase, graph, reason, { cause: error });
}
