import { expect, test } from 'vitest';

import { openRuntime } from '../runtime/index.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { buildChain, GraphCache, openChain } from './index.ts';
import type { GraphStore } from './index.ts';

/** A store that tells what was asked of it. */
class RecordingStore implements GraphStore {
  readonly files = new Map<string, Uint8Array>();
  readonly log: string[] = [];

  read(key: string): Promise<Uint8Array | null> {
    const found = this.files.get(key) ?? null;
    this.log.push(found === null ? 'miss' : 'hit');
    return Promise.resolve(found);
  }

  write(key: string, bytes: Uint8Array): Promise<void> {
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    this.files.set(key, bytes);
    this.log.push('write');
    return Promise.resolve();
  }
}

test('a gradient is built once for the same models, and read from the store by the next process', async () => {
  const store = new RecordingStore();
  const cache = new GraphCache({ store });
  const models = await tinyPair();
  const first = await buildChain(models, { cache }).encoded('pullback');
  const again = buildChain(await tinyPair(), { cache });
  expect(await again.encoded('pullback')).toBe(first);
  expect(store.log).toEqual(['miss', 'write']);
  const later = buildChain(models, { cache: new GraphCache({ store }) });
  const stored = await later.encoded('pullback');
  expect(Buffer.compare(stored, first)).toBe(0);
  expect(store.log).toEqual(['miss', 'write', 'hit']);
});

test('other models, kinds and options have graphs of their own', async () => {
  const store = new RecordingStore();
  const cache = new GraphCache({ store });
  const models = await tinyPair();
  await buildChain(models, { cache }).encoded('pullback');
  await buildChain(models, { cache }).encoded('embed');
  await buildChain(await tinyPair({ seed: 2 }), { cache }).encoded('pullback');
  const memory = { limitBytes: 1, batchSize: 4 };
  await buildChain(models, { cache, memory }).encoded('pullback');
  expect(store.files.size).toBe(4);
});

test('a damaged file is built again and replaced', async () => {
  const store = new RecordingStore();
  const models = await tinyPair();
  const whole = await buildChain(models, { cache: new GraphCache({ store }) }).encoded('embed');
  const [key, bytes] = [...store.files][0] ?? ['', new Uint8Array()];
  store.files.set(key, bytes.slice(0, -1));
  const rebuilt = await buildChain(models, { cache: new GraphCache({ store }) }).encoded('embed');
  expect(Buffer.compare(rebuilt, whole)).toBe(0);
  expect(store.files.get(key)?.length).toBe(bytes.length);
});

test('memory holds the graphs used last', async () => {
  const store = new RecordingStore();
  const models = await tinyPair();
  const size = (await buildChain(models).encoded('pullback')).byteLength;
  const cache = new GraphCache({ store, maxBytes: size });
  const chain = buildChain(models, { cache });
  await chain.encoded('pullback');
  await chain.encoded('embed');
  await chain.encoded('pullback');
  expect(store.log).toEqual(['miss', 'write', 'miss', 'write', 'hit']);
});

test('a failure is not remembered', async () => {
  const cache = new GraphCache();
  const failing = cache.encoded('key', () => {
    throw new Error('no graph');
  });
  await expect(failing).rejects.toThrow('no graph');
  const chain = buildChain(await tinyPair());
  await expect(cache.encoded('key', () => chain.graph('embed'))).resolves.toBeInstanceOf(
    Uint8Array,
  );
});

test('a chain that recomputes under a memory limit gives the same gradient', async () => {
  const runtime = await openRuntime({ provider: 'cpu' });
  try {
    const models = await tinyPair();
    const memory = { limitBytes: 1, batchSize: 5 };
    const [plain, frugal] = await Promise.all(
      [buildChain(models), buildChain(models, { memory })].map((chain) =>
        openChain(runtime, chain, { batchSize: 5 }),
      ),
    );
    if (!plain || !frugal) throw new Error('internal error: two chains were opened');
    expect(frugal.chain.graph('pullback').nodes.length).toBeGreaterThan(
      plain.chain.graph('pullback').nodes.length,
    );
    const w = await plain.drawLatents({ seed: 1, first: 0, count: 5, truncation: 1 });
    const reference = new Float32Array(5 * 16).map((_, i) => (i % 16 === 3 ? 1 : 0));
    const expected = await plain.dispersionGradient(w, reference);
    const found = await frugal.dispersionGradient(w, reference);
    expected.gradient.forEach((x, i) =>
      expect(Math.abs(x - (found.gradient[i] ?? 9))).toBeLessThan(1e-6),
    );
  } finally {
    await runtime.close();
  }
});
