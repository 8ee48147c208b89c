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
  return new ThreadRuntime({ provider, threads, spinMicroseconds });
}

class ThreadRuntime implements Runtime {
  readonly provider: ExecutionProvider;
  readonly threads: number;
  readonly #settings: ThreadSettings;
  readonly #main: SessionClient;
  /** Threads of sessions with this many lanes, started when first asked for. */
  readonly #lanes = new Map<number, readonly SessionClient[]>();
  #nextSession = 1;
  #closing: Promise<void> | undefined;

  constructor(settings: ThreadSettings) {
    this.provider = settings.provider;
    this.threads = settings.threads;
    this.#settings = settings;
    this.#main = new SessionClient(settings);
  }

  async session(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
    if (this.#closing !== undefined) throw new RuntimeClosedError('runtime');
    const selfTest = this.provider === 'cpu' ? undefined : options.selfTest;
    const session = await loadSession({
      clients: this.#clients(options.lanes ?? 1),
      id: this.#nextSession++,
      name: options.name ?? 'graph',
      model,
      memoryPattern: options.memoryPattern ?? false,
      traced: selfTest !== undefined,
    });
    if (selfTest !== undefined) {
      await this.#selfTest(session, model, selfTest);
      const fallbacks = await session.fallbacks();
      if (fallbacks.length > 0) await options.onFallback?.(fallbacks);
    }
    return session;
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  /** A GPU serves one thread at a time; the CPU is shared out. */
  #clients(wanted: number): readonly SessionClient[] {
    const count = this.provider === 'cpu' ? Math.min(wanted, this.threads) : 1;
    if (count <= 1) return [this.#main];
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
    const clients = [this.#main, ...[...this.#lanes.values()].flat()];
    await Promise.all(clients.map((client) => client.close()));
  }

  async #selfTest(session: Session, model: Uint8Array, test: SelfTest): Promise<void> {
    const cpu = new ThreadRuntime({ ...this.#settings, provider: 'cpu' });
    try {
      const reference = await cpu.session(test.reference ?? model, { name: session.name });
      await compareWithCpu({ provider: this.provider, session, reference, test });
    } catch (error) {
      await session.dispose();
      throw error;
    } finally {
      await cpu.close();
    }
  }
}
