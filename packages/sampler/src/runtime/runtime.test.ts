import { stat } from 'node:fs/promises';

import { encodeModel, GraphBuilder, tensor } from '@colloid/onnx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { ParameterError, RuntimeClosedError, SelfTestError, SessionError } from '../errors.ts';
import { availableProviders, openRuntime } from './index.ts';
import type { HostTensor, Runtime } from './index.ts';
import { modelSource } from './model-file.ts';
import { compareWithCpu } from './self-test.ts';

/** y = x · w for x [n, 3], w [3, 2]. */
function model(weight: readonly number[] = [1, 2, 3, 4, 5, 6]): Uint8Array {
  const b = new GraphBuilder({ name: 'product' });
  const x = b.input('x', 'float32', ['n', 3]);
  b.output('y', b.matMul(x, b.constant(weight, { dims: [3, 2] })));
  b.output('twice', b.add(x, x));
  return encodeModel(b.build());
}
const feed = (data: Float32Array): Record<string, HostTensor> => ({
  x: { dtype: 'float32', dims: [data.length / 3, 3], data },
});

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 1 });
});
afterAll(() => runtime.close());

describe('a runtime', () => {
  test('runs a graph and hands out only the outputs asked for', async () => {
    const session = await runtime.session(model(), { name: 'product' });
    expect(session.inputNames).toEqual(['x']);
    expect(session.outputNames.toSorted()).toEqual(['twice', 'y']);
    const data = Float32Array.of(1, 0, 1, 0, 1, 0);
    const { y, ...rest } = await session.run(feed(data), { outputs: ['y'] });
    expect(y).toEqual({ dtype: 'float32', dims: [2, 2], data: Float32Array.of(6, 8, 3, 4) });
    expect(rest).toEqual({});
    // The caller's feed is still its own.
    expect([...data]).toEqual([1, 0, 1, 0, 1, 0]);
    await session.dispose();
  });

  test('reads views of shared memory in place and copies only the part of other views', async () => {
    const session = await runtime.session(model());
    const shared = new Float32Array(new SharedArrayBuffer(36));
    shared.set([9, 9, 9, 1, 0, 1, 9, 9, 9]);
    const part = Float32Array.of(9, 9, 9, 1, 0, 1, 9, 9, 9).subarray(3, 6);
    for (const data of [shared.subarray(3, 6), part]) {
      expect([...((await session.run(feed(data)))['y']?.data ?? [])]).toEqual([6, 8]);
    }
    await session.dispose();
  });

  test('does not block the event loop of its caller', async () => {
    const b = new GraphBuilder({ name: 'long' });
    let x = b.input('x', 'float32', [512, 512]);
    for (let i = 0; i < 30; i++) x = b.tanh(b.matMul(x, x));
    b.output('y', x);
    const session = await runtime.session(encodeModel(b.build()));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const data = new Float32Array(512 * 512);
    await session.run({ x: { dtype: 'float32', dims: [512, 512], data } });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
    await session.dispose();
  });

  test('names the graph and the phase when onnxruntime fails', async () => {
    await expect(runtime.session(Uint8Array.of(1, 2, 3), { name: 'garbage' })).rejects.toThrow(
      SessionError,
    );
    const session = await runtime.session(model(), { name: 'product' });
    const wrong = { x: { dtype: 'float32', dims: [1, 4], data: new Float32Array(4) } } as const;
    await expect(session.run(wrong)).rejects.toThrow(/could not run the graph 'product'/);
    await session.dispose();
  });

  test('refuses to run what is disposed or closed, and closing twice is harmless', async () => {
    const session = await runtime.session(model());
    await session.dispose();
    await session.dispose();
    await expect(session.run(feed(new Float32Array(3)))).rejects.toThrow(RuntimeClosedError);
    const other = await openRuntime({ provider: 'cpu', threads: 1 });
    const orphan = await other.session(model());
    await other.close();
    await other.close();
    await expect(orphan.run(feed(new Float32Array(3)))).rejects.toThrow(RuntimeClosedError);
    await expect(other.session(model())).rejects.toThrow(RuntimeClosedError);
    await orphan.dispose();
  });

  test('an aborted signal stops a run before it starts', async () => {
    const session = await runtime.session(model());
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(session.run(feed(new Float32Array(3)), { signal })).rejects.toThrow('stopped');
    await session.dispose();
  });

  test('refuses a thread count that makes no sense', async () => {
    await expect(openRuntime({ provider: 'cpu', threads: 0 })).rejects.toThrow(ParameterError);
    const spinning = openRuntime({ provider: 'cpu', spinMicroseconds: -1 });
    await expect(spinning).rejects.toThrow(ParameterError);
  });
});

test('a large model reaches two threads as a file that is gone once it is loaded', async () => {
  const width = 4200;
  const b = new GraphBuilder({ name: 'large' });
  const weights = Float32Array.from({ length: width * 4096 }, (_, i) => (i % width) / width);
  const x = b.input('x', 'float32', [1, 4096]);
  b.output('y', b.matMul(x, b.initialiser('w', tensor('float32', [4096, width], weights))));
  const bytes = encodeModel(b.build());
  const both = await openRuntime({ provider: 'cpu', threads: 2, spinMicroseconds: 20 });
  const session = await both.session(bytes, { lanes: 2 });
  expect(session.lanes).toBe(2);
  const ones = new Float32Array(4096).fill(1);
  const feeds = { x: { dtype: 'float32', dims: [1, 4096], data: ones } } as const;
  const results = await Promise.all([session.run(feeds), session.run(feeds)]);
  for (const { y } of results) expect(y?.data[width / 2]).toBe(2048);
  await both.close();

  await using source = await modelSource(bytes, 2);
  const path = String(source.model);
  expect((await stat(path)).size).toBe(bytes.length);
  await source[Symbol.asyncDispose]();
  await expect(stat(path)).rejects.toThrow('ENOENT');
  await using small = await modelSource(model(), 2);
  expect(small.model).toBeInstanceOf(Uint8Array);
});

describe('execution providers', () => {
  test('the CPU is always there, and one that is not says why', async () => {
    const providers = await availableProviders();
    expect(providers.map(({ name }) => name)).toEqual(['cuda', 'webgpu', 'cpu']);
    expect(providers.at(-1)).toEqual({ name: 'cpu', available: true });
    for (const { name, available, reason } of providers) {
      if (available) continue;
      expect(reason).toBeTruthy();
      await expect(openRuntime({ provider: name })).rejects.toThrow(new RegExp(`'${name}'.*'cpu'`));
    }
  }, 30_000);

  test('a session that computes other numbers than the CPU is refused by name', async () => {
    const good = await runtime.session(model());
    const bad = await runtime.session(model([1, 2, 3, 4, 5, 7]), { name: 'product' });
    const test = { feeds: feed(Float32Array.of(1, 1, 1)) };
    await compareWithCpu({ provider: 'webgpu', session: good, reference: good, test });
    const compared = compareWithCpu({ provider: 'webgpu', session: bad, reference: good, test });
    await expect(compared).rejects.toThrow(SelfTestError);
    await expect(compared).rejects.toThrow(/'webgpu' computes output 'y' of 'product'/);
  });
});
