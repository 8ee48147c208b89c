/** @file Opens a runtime: threads of onnxruntime sessions on a chosen execution provider. */

import { availableParallelism } from 'node:os';

import { ParameterError, RuntimeClosedError } from '../errors.ts';
import type { ThreadSettings } from './protocol.ts';
import { chooseProvider } from './providers.ts';
import { compareWithCpu } from './self-test.ts';
import { SessionClient } from './session-client.ts';
import { loadSession } from './thread-session.ts';
import type {
  ExecutionProvider,
  Runtime,
  RuntimeOptions,
  SelfTest,
  Session,
  SessionModel,
  SessionOptions,
} from './types.ts';

/** Longer than the gap between two operators of a graph, and over before anybody else misses the core. */
const SPIN_MICROSECONDS = 300;

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
  const { spinMicroseconds = SPIN_MICROSECONDS } = options;
  if (!Number.isInteger(spinMicroseconds) || spinMicroseconds < 0) {
    throw new ParameterError(
      'spinMicroseconds',
      `must be a whole number of at least 0, got ${spinMicroseconds}.`,
    );
  }
  const provider = await chooseProvider(options.provider ?? 'auto');
  const { ownProcesses = true } = options;
  return new ThreadRuntime({ provider, threads, spinMicroseconds }, ownProcesses);
}

class ThreadRuntime implements Runtime {
  readonly provider: ExecutionProvider;
  readonly threads: number;
  readonly #settings: ThreadSettings;
  readonly #ownProcesses: boolean;
  /** Threads of sessions with this many lanes, started when a first graph is ready for them. */
  readonly #lanes = new Map<number, readonly SessionClient[]>();
  #nextSession = 1;
  #closing: Promise<void> | undefined;

  constructor(settings: ThreadSettings, ownProcesses: boolean) {
    this.#ownProcesses = ownProcesses;
    this.provider = settings.provider;
    this.threads = settings.threads;
    this.#settings = settings;
  }

  async session(model: SessionModel, options: SessionOptions = {}): Promise<Session> {
    if (this.#closing !== undefined) throw new RuntimeClosedError('runtime');
    const selfTest = this.provider === 'cpu' ? undefined : options.selfTest;
    const session = await loadSession({
      clients: () => this.#clients(options.lanes ?? 1),
      id: this.#nextSession++,
      name: options.name ?? 'graph',
      model,
      optimised: this.#ownProcesses && this.provider === 'cpu',
      memoryPattern: options.memoryPattern ?? false,
      traced: selfTest !== undefined,
    });
    if (selfTest === undefined) return session;
    try {
      await this.#selfTest(session, model, selfTest);
      const fallbacks = await session.fallbacks();
      if (fallbacks.length > 0) await options.onFallback?.(fallbacks);
      return session;
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  /** A GPU serves one thread at a time; the CPU is shared out. */
  #clients(wanted: number): readonly SessionClient[] {
    if (this.#closing !== undefined) throw new RuntimeClosedError('runtime');
    const count = this.provider === 'cpu' ? Math.max(1, Math.min(wanted, this.threads)) : 1;
    let clients = this.#lanes.get(count);
    if (clients === undefined) {
      const threads = Math.floor(this.threads / count);
      const settings = { ...this.#settings, threads };
      clients = Array.from({ length: count }, () => new SessionClient(settings));
      this.#lanes.set(count, clients);
    }
    return clients;
  }

  async #closeAll(): Promise<void> {
    const clients = [...this.#lanes.values()].flat();
    await Promise.all(clients.map((client) => client.close()));
  }

  async #selfTest(session: Session, model: SessionModel, test: SelfTest): Promise<void> {
    const cpu = new ThreadRuntime({ ...this.#settings, provider: 'cpu' }, this.#ownProcesses);
    try {
      const reference = await cpu.session(test.reference ?? model, { name: session.name });
      await compareWithCpu({ provider: this.provider, session, reference, test });
    } finally {
      await cpu.close();
    }
  }
}
