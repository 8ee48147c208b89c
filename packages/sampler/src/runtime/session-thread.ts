/** @file The thread that owns onnxruntime sessions: `run` blocks it, and nothing else. */

import { parentPort, workerData } from 'node:worker_threads';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';

import { nativeOptions } from './native-options.ts';
import { openTrace, type Trace } from './placement.ts';
import type { ThreadReply, ThreadRequest, ThreadResult, ThreadSettings } from './protocol.ts';
import type { HostData, HostDType, HostTensor } from './types.ts';

const port = parentPort;
if (port === null) throw new Error('session-thread.ts runs only as a worker thread');
const settings = workerData as ThreadSettings;
// Whatever goes wrong is thrown as well, and told where a person reads it.
env.logLevel = 'fatal';
const sessions = new Map<number, InferenceSession>();
const traces = new Map<number, Trace>();
let queue: Promise<void> = Promise.resolve();

port.on('message', (request: ThreadRequest) => {
  // One at a time, in order: two graphs at once would only fight for the same cores.
  queue = queue.then(() => serve(request));
});

async function serve(request: ThreadRequest): Promise<void> {
  try {
    const result = await perform(request);
    const transfer = result.kind === 'ran' ? movable(result.outputs) : [];
    port?.postMessage({ id: request.id, ok: true, result } satisfies ThreadReply, transfer);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    port?.postMessage({ id: request.id, ok: false, message } satisfies ThreadReply);
  }
  if (request.kind === 'close') port?.close();
}

async function perform(request: ThreadRequest): Promise<ThreadResult> {
  switch (request.kind) {
    case 'load': {
      const trace = request.traced ? await openTrace() : undefined;
      if (trace !== undefined) traces.set(request.session, trace);
      const options: InferenceSession.SessionOptions = {
        ...nativeOptions(settings),
        ...(request.isOptimised && { graphOptimizationLevel: 'disabled' }),
        enableMemPattern: request.memoryPattern,
        ...trace?.options,
      };
      // Two overloads, one for each form.
      const session = await (typeof request.model === 'string'
        ? InferenceSession.create(request.model, options)
        : InferenceSession.create(request.model, options));
      sessions.set(request.session, session);
      return { kind: 'loaded', inputs: session.inputNames, outputs: session.outputNames };
    }
    case 'run': {
      const session = find(request.session);
      const feeds: Record<string, Tensor> = {};
      for (const [name, tensor] of Object.entries(request.feeds)) feeds[name] = toRuntime(tensor);
      const wanted: Record<string, Tensor | null> = {};
      for (const name of request.outputs ?? session.outputNames) wanted[name] = null;
      for (const [name, tensor] of Object.entries(request.into)) wanted[name] = toRuntime(tensor);
      const results = await session.run(feeds, wanted);
      const outputs: Record<string, HostTensor> = {};
      for (const [name, value] of Object.entries(results)) {
        if (!(name in request.into)) outputs[name] = fromRuntime(value);
      }
      return { kind: 'ran', outputs };
    }
    case 'place': {
      const trace = traces.get(request.session);
      if (trace === undefined) throw new Error('the session keeps no trace');
      traces.delete(request.session);
      find(request.session).endProfiling();
      return { kind: 'placed', onCpu: await trace.read() };
    }
    case 'dispose': {
      const session = sessions.get(request.session);
      await traces.get(request.session)?.discard();
      traces.delete(request.session);
      sessions.delete(request.session);
      await session?.release();
      return { kind: 'done' };
    }
    case 'close': {
      for (const session of sessions.values()) await session.release();
      for (const trace of traces.values()) await trace.discard();
      sessions.clear();
      return { kind: 'done' };
    }
  }
}

function find(id: number): InferenceSession {
  const session = sessions.get(id);
  if (session === undefined) throw new Error('the session is disposed');
  return session;
}

function toRuntime(tensor: HostTensor): Tensor {
  // The constructor's overloads pair each dtype with its array; HostTensor keeps them paired already.
  const make = Tensor as unknown as new (
    dtype: HostDType,
    data: HostData,
    dims: readonly number[],
  ) => Tensor;
  return new make(tensor.dtype, tensor.data, tensor.dims);
}

function fromRuntime(tensor: Tensor): HostTensor {
  const data = tensor.data;
  return {
    dtype: tensor.type as HostDType,
    dims: [...tensor.dims],
    data: data as unknown as HostData,
  };
}

/** Buffers that may be moved: each once, and only when the tensor is all of its buffer. */
function movable(outputs: Readonly<Record<string, HostTensor>>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { data } of Object.values(outputs)) {
    if (data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength) {
      buffers.add(data.buffer);
    }
  }
  return [...buffers];
}
