import { encodeModel, GraphBuilder, tensor } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';
import { expect, test } from 'vitest';

import { tinyPair } from '../testing/tiny-pair.ts';
import { buildChain, GraphCache } from './index.ts';
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

  write(key: string, parts: readonly Uint8Array[]): Promise<void> {
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    this.files.set(key, Buffer.concat(parts));
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
  await buildChain(models, { cache, memoryLimitBytes: 1 }).encoded('pullback');
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

test('a large graph is not encoded beside itself: memory has it as it was built, or the store has it', async () => {
  const b = new GraphBuilder({ name: 'large' });
  const x = b.input('x', 'float32', [1, 4096]);
  const weights = new Float32Array(4096 * 4200).fill(0.5);
  b.output('y', b.matMul(x, b.initialiser('w', tensor('float32', [4096, 4200], weights))));
  const large = b.build();
  const never = (): Graph => {
    throw new Error('built again');
  };
  const alone = new GraphCache();
  expect(await alone.model('key', () => large)).toBe(large);
  expect(await alone.model('key', never)).toBe(large);
  const store = new RecordingStore();
  const cache = new GraphCache({ store });
  const key = 'a'.repeat(64);
  expect(await cache.model(key, () => large)).toBe(large);
  const stored = await cache.model(key, never);
  expect(Buffer.compare(stored as Uint8Array, encodeModel(large))).toBe(0);
  expect(store.log).toEqual(['miss', 'write', 'hit']);
});

test('a failure is not remembered', async () => {
  const cache = new GraphCache();
  const failing = cache.model('key', () => {
    throw new Error('no graph');
  });
  await expect(failing).rejects.toThrow('no graph');
  const chain = buildChain(await tinyPair());
  await expect(cache.model('key', () => chain.graph('embed'))).resolves.toBeInstanceOf(Uint8Array);
});
