/** @file What the rest of the package knows of the inference runtime. */

import type { Graph } from '@colloid/onnx';

export type ExecutionProvider = 'cpu' | 'cuda' | 'webgpu';

/** Element types a graph may take or give. float16 travels as raw 16-bit words, bool as bytes. */
export type HostData =
  Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Int8Array | Uint16Array;

export type HostDType =
  'float32' | 'float64' | 'float16' | 'int32' | 'int64' | 'int8' | 'uint8' | 'bool';

/** A tensor in main memory, row major. */
export interface HostTensor {
  readonly dtype: HostDType;
  readonly dims: readonly number[];
  readonly data: HostData;
}

export interface RuntimeOptions {
  /** @default 'auto': cuda, else webgpu on a hardware adapter, else cpu. */
  readonly provider?: ExecutionProvider | 'auto';
  /** Threads inside one operator. @default the number of cores */
  readonly threads?: number;
  /**
   * How long a thread that has nothing to do looks for work before it sleeps, microseconds, on a CPU. Waking a thread takes some tens of
   * them, once per operator; a thread that looks takes a core from whatever else runs. Without effect where lanes have one thread each.
   *
   * @default 300
   */
  readonly spinMicroseconds?: number;
  /**
   * Whether large graphs may be optimised in processes of their own. Where it is, the threads of a CPU share their weights, and
   * what optimising takes is given back; off where somebody watches the memory of this process alone.
   *
   * @default true
   */
  readonly ownProcesses?: boolean;
}

/** A graph to load: an encoded ONNX model, or the graph itself, whose weights are then not copied on the way where they are large. */
export type SessionModel = Uint8Array | Graph;

export interface SessionOptions {
  /** Appears in error messages. @default 'graph' */
  readonly name?: string;
  /** Off halves the memory of a gradient graph at the same speed. @default false */
  readonly memoryPattern?: boolean;
  /**
   * Threads that each hold the graph and a share of the cores, so that as many runs go on at once.
   * Graphs of many small operators gain by it: they wait for each other's threads less. On a GPU
   * there is one. Memory grows with it.
   *
   * @default 1
   */
  readonly lanes?: number;
  /**
   * Feeds on which a GPU provider is compared with the CPU before the session is handed out.
   * Ignored on the CPU.
   */
  readonly selfTest?: SelfTest;
  /**
   * Told of the operators that a GPU session runs on the CPU, with a copy each way; called once, and awaited after
   * the self-test, and only where there are any. Never called without a self-test, or on the CPU.
   */
  readonly onFallback?: (operators: readonly OperatorFallback[]) => Promise<void>;
}

/** An operator that the execution provider lacks. */
export interface OperatorFallback {
  readonly operator: string;
  /** Nodes of the graph that are it. */
  readonly nodes: number;
}

export interface SelfTest {
  readonly feeds: Readonly<Record<string, HostTensor>>;
  /** The graph that the CPU runs, where the session's was adapted to its provider. @default the session's own */
  readonly reference?: SessionModel;
  /** Largest difference accepted, relative to the largest magnitude of the output. @default 2e-2 */
  readonly tolerance?: number;
}

export interface RunOptions {
  /** Checked before the run starts; a run in progress is not interrupted. */
  readonly signal?: AbortSignal | undefined;
  /** Outputs wanted. @default all */
  readonly outputs?: readonly string[];
  /**
   * Tensors on a SharedArrayBuffer that outputs of these names are written into, in place of new ones. They
   * must not be among the feeds.
   */
  readonly into?: Readonly<Record<string, HostTensor>>;
}

/**
 * One loaded graph. The caller that made it disposes it; closing its runtime disposes it too.
 */
export interface Session {
  readonly name: string;
  /** Runs that go on at once; further ones wait. */
  readonly lanes: number;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Runs the graph. Feeds are copied to the session's thread, except views on a SharedArrayBuffer,
   * which are read in place; outputs are moved, not copied, and belong to the caller.
   *
   * @throws SessionError when onnxruntime fails; RuntimeClosedError after disposal; the signal's reason when aborted.
   */
  run(
    feeds: Readonly<Record<string, HostTensor>>,
    options?: RunOptions,
  ): Promise<Record<string, HostTensor>>;
  /** Frees the graph. Calling it again does nothing. */
  dispose(): Promise<void>;
}

/**
 * Threads that hold sessions, each running them one after the other. The caller that opened it closes it.
 */
export interface Runtime {
  readonly provider: ExecutionProvider;
  readonly threads: number;
  /**
   * Loads an encoded ONNX model, or a graph. Large ones are written to the system's folder for temporary files on the way.
   *
   * @throws SessionError when it cannot be loaded; SelfTestError when a GPU provider computes it wrongly.
   */
  session(model: SessionModel, options?: SessionOptions): Promise<Session>;
  /** Disposes every session and ends the thread. Calling it again does nothing. */
  close(): Promise<void>;
}

export interface ProviderStatus {
  readonly name: ExecutionProvider;
  readonly available: boolean;
  /** Why it is not available, or what kind of adapter it would run on. */
  readonly reason?: string;
}
