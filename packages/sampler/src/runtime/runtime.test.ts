import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { encodeModel, GraphBuilder, tensor } from '@colloid/onnx';
import type { Graph, Node, Tensor } from '@colloid/onnx';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { ParameterError, RuntimeClosedError, SelfTestError, SessionError } from '../errors.ts';
import { availableProviders, openRuntime } from './index.ts';
import type { HostTensor, Runtime } from './index.ts';
import { modelSource } from './model-file.ts';
import { MAPPED_WEIGHTS } from './optimise-protocol.ts';
import { compareWithCpu } from './self-test.ts';
import { SessionClient } from './session-client.ts';
import { loadSession } from './thread-session.ts';

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

  test('a graph that one of its threads cannot load stays in none', async () => {
    const settings = { provider: 'cpu', threads: 1, spinMicroseconds: 0 } as const;
    const [there, gone] = [new SessionClient(settings), new SessionClient(settings)];
    await gone.close();
    const loading = loadSession({
      clients: () => [there, gone],
      id: 1,
      name: 'product',
      model: model(),
      optimised: false,
      memoryPattern: false,
      traced: false,
    });
    await expect(loading).rejects.toThrow(RuntimeClosedError);
    const feeds = feed(new Float32Array(3));
    const running = there.request({ kind: 'run', session: 1, feeds, outputs: null, into: {} });
    await expect(running).rejects.toThrow('the session is disposed');
    await there.close();
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

describe('a large model', () => {
  const width = 4200;
  const large = ((): Graph => {
    const b = new GraphBuilder({ name: 'large' });
    const weights = Float32Array.from({ length: width * 4096 }, (_, i) => (i % width) / width);
    const x = b.input('x', 'float32', [1, 4096]);
    const scaled = b.mul(b.initialiser('w', tensor('float32', [4096, width], weights)), 0.3);
    const y = b.matMul(x, scaled);
    b.output('y', y);
    // Sizes that are no multiples of anything, one after another in a file.
    const odd = (name: string, scale: number): ReturnType<typeof b.initialiser> =>
      b.initialiser(
        name,
        tensor('float32', [width, 301], new Float32Array(width * 301).fill(scale)),
      );
    b.output('z', b.add(b.matMul(y, odd('v', 0.5)), b.matMul(b.relu(y), odd('u', 0.25))));
    return b.build();
  })();
  const ones = new Float32Array(4096).fill(1);
  const feeds = { x: { dtype: 'float32', dims: [1, 4096], data: ones } } as const;

  test('gives the same bits whether it is optimised in a process of its own or in each thread', async () => {
    const results: (HostTensor | undefined)[] = [];
    const sums: (HostTensor | undefined)[] = [];
    for (const ownProcesses of [true, false])
      for (const given of [large, encodeModel(large)]) {
        const both = await openRuntime({ provider: 'cpu', threads: 2, ownProcesses });
        const session = await both.session(given, { lanes: 2 });
        expect(session.lanes).toBe(2);
        const ran = await Promise.all([session.run(feeds), session.run(feeds)]);
        results.push(...ran.map(({ y }) => y));
        sums.push(...ran.map(({ z }) => z));
        await both.close();
      }
    expect(results).toHaveLength(8);
    // 4096 times 0.3 · 0.5, in float32.
    expect(Math.abs(Number(results[0]?.data[width / 2]) - 614.4)).toBeLessThan(0.01);
    for (const result of results) expect(result).toEqual(results[0]);
    for (const sum of sums) expect(sum).toEqual(sums[0]);
  }, 60_000);

  test('is optimised into files whose weights are mapped by every session, and which are gone once it is loaded', async () => {
    let folder: string;
    {
      await using source = await modelSource(large, { optimised: true });
      expect(source.isOptimised).toBe(true);
      folder = dirname(String(source.model));
      // The product of the constants is there, and not what it was made of.
      const models = (await readdir(folder)).filter((name) => /\.(onnx|bin)$/.test(name));
      expect(models.toSorted()).toEqual([MAPPED_WEIGHTS, 'optimised.onnx']);
      const text = await readFile(String(source.model), 'latin1');
      expect(text.length).toBeLessThan(10_000);
      // Kernels read weights at multiples of 64 bytes: one that is mapped elsewhere crashes the process.
      const offsets = [...text.matchAll(/offset\D+(\d+)/g)].map((match) => Number(match[1]));
      expect(offsets).toHaveLength(3);
      expect(offsets.filter((offset) => offset % 4096 !== 0)).toEqual([]);
    }
    await expect(stat(folder)).rejects.toThrow('ENOENT');
    await using plain = await modelSource(encodeModel(large), { optimised: false });
    const weights = join(dirname(String(plain.model)), 'weights.bin');
    expect((await stat(weights)).size).toBeGreaterThan(width * 4096 * 4);
    await using small = await modelSource(model(), { optimised: true });
    expect(small.model).toBeInstanceOf(Uint8Array);
  });

  test('that onnxruntime does not take is refused with its message, and leaves no file', async () => {
    const b = new GraphBuilder({ name: 'strange' });
    const x = b.input('x', 'float32', [1, 4096]);
    const product = b.matMul(x, b.initialiser('w', large.initialisers.get('w') as Tensor));
    b.output('y', b.relu(product));
    const built = b.build();
    const [multiply, relu] = built.nodes as readonly [Node, Node];
    const strange = { ...built, nodes: [multiply, { ...relu, opType: 'Rely' }] };
    const folder = await mkdtemp(join(tmpdir(), 'colloid-leftovers-'));
    vi.stubEnv('TMPDIR', folder);
    const loading = runtime.session(strange, { name: 'strange' });
    await expect(loading).rejects.toThrow(SessionError);
    await expect(loading).rejects.toThrow(/could not load the graph 'strange'.*Rely/);
    // onnxruntime keeps files of its own there.
    const ours = (await readdir(folder)).filter((name) => name.startsWith('colloid-'));
    expect(ours).toEqual([]);
    vi.stubEnv('TMPDIR', join(folder, 'missing'));
    await expect(runtime.session(large)).rejects.toThrow(
      /could not be written to the folder TMPDIR, '.*missing' \(ENOENT.*Free space there/,
    );
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });
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
