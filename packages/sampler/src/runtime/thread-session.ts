/** @file A session as its caller sees it: one graph, loaded in one thread or in several. */

import { RuntimeClosedError, SessionError } from '../errors.ts';
import { isLarge, modelSource } from './model-file.ts';
import type { ThreadResult } from './protocol.ts';
import type { SessionClient } from './session-client.ts';
import type { HostTensor, OperatorFallback, RunOptions, Session, SessionModel } from './types.ts';

/** A graph loaded in one thread. */
interface Replica {
  readonly client: SessionClient;
  readonly id: number;
  pending: number;
}

export interface LoadOptions {
  /** Threads to load it in; asked for when there is something to load, since each takes memory. */
  readonly clients: () => readonly SessionClient[];
  /** Number of the session, unique in every client. */
  readonly id: number;
  readonly name: string;
  readonly model: SessionModel;
  /** Whether onnxruntime is to optimise a large model once for all clients, in a process of its own. */
  readonly optimised: boolean;
  readonly memoryPattern: boolean;
  /** Whether `fallbacks` of the session will be asked. */
  readonly traced: boolean;
}

/** A session that can tell, once and after a run, what runs on the CPU although its provider is another. */
export interface TracedSession extends Session {
  fallbacks(): Promise<readonly OperatorFallback[]>;
}

/** The large graphs of this process, one after another: what loading takes for a while is many times their size. */
let largeOnes: Promise<unknown> = Promise.resolve();

/** Loads a graph in every client. @throws SessionError */
export async function loadSession(options: LoadOptions): Promise<TracedSession> {
  if (!isLarge(options.model)) return load(options);
  const loading = largeOnes.then(() => load(options));
  largeOnes = loading.catch(() => undefined);
  return loading;
}

async function load(options: LoadOptions): Promise<TracedSession> {
  const { id, name, model, memoryPattern, traced, optimised } = options;
  try {
    await using source = await modelSource(model, { optimised });
    const clients = options.clients();
    await using loaded = new AsyncDisposableStack();
    const loadIn = (client: SessionClient): Promise<ThreadResult> => {
      const { model: given, isOptimised } = source;
      // Where one thread cannot load it, those that could give it back: each holds the weights.
      loaded.defer(() => free({ client, id }));
      return client.request({
        kind: 'load',
        session: id,
        model: given,
        isOptimised,
        memoryPattern,
        traced,
      });
    };
    const answers: ThreadResult[] = [];
    if (isLarge(model)) for (const client of clients) answers.push(await loadIn(client));
    else answers.push(...(await Promise.all(clients.map(loadIn))));
    const [first] = answers;
    if (first?.kind !== 'loaded') throw new Error('internal error: wrong answer to load');
    const replicas = clients.map((client) => ({ client, id, pending: 0 }));
    loaded.move();
    return new ThreadSession(name, replicas, first);
  } catch (error) {
    throw explain(error, 'load', name);
  }
}

class ThreadSession implements TracedSession {
  readonly name: string;
  readonly lanes: number;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #replicas: readonly Replica[];
  #disposing: Promise<void> | undefined;

  constructor(
    name: string,
    replicas: readonly Replica[],
    names: { readonly inputs: readonly string[]; readonly outputs: readonly string[] },
  ) {
    this.name = name;
    this.lanes = replicas.length;
    this.inputNames = names.inputs;
    this.outputNames = names.outputs;
    this.#replicas = replicas;
  }

  async run(
    feeds: Readonly<Record<string, HostTensor>>,
    options: RunOptions = {},
  ): Promise<Record<string, HostTensor>> {
    options.signal?.throwIfAborted();
    if (this.#disposing !== undefined) throw new RuntimeClosedError('session');
    const replica = this.#leastBusy();
    replica.pending += 1;
    try {
      const result = await replica.client.request({
        kind: 'run',
        session: replica.id,
        feeds: whole(feeds),
        outputs: options.outputs ?? null,
        into: options.into ?? {},
      });
      if (result.kind !== 'ran') throw new Error('internal error: wrong answer to run');
      return { ...result.outputs, ...options.into };
    } catch (error) {
      throw explain(error, 'run', this.name);
    } finally {
      replica.pending -= 1;
    }
  }

  async fallbacks(): Promise<readonly OperatorFallback[]> {
    const { client, id } = this.#leastBusy();
    try {
      const result = await client.request({ kind: 'place', session: id });
      if (result.kind !== 'placed') throw new Error('internal error: wrong answer to place');
      return result.onCpu;
    } catch (error) {
      throw explain(error, 'run', this.name);
    }
  }

  dispose(): Promise<void> {
    this.#disposing ??= Promise.all(this.#replicas.map(free)).then(() => undefined);
    return this.#disposing;
  }

  #leastBusy(): Replica {
    const [first, ...others] = this.#replicas;
    if (first === undefined) throw new Error('internal error: a session without a thread');
    return others.reduce((best, other) => (other.pending < best.pending ? other : best), first);
  }
}

async function free({ client, id }: Pick<Replica, 'client' | 'id'>): Promise<void> {
  try {
    await client.request({ kind: 'dispose', session: id });
  } catch (error) {
    // The thread is gone and the session with it: nothing is left to free.
    if (!(error instanceof RuntimeClosedError)) throw error;
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
