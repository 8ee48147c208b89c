import { encodeRgb } from '@colloid/formats';
import { openObjectStore } from '@colloid/storage';
import type { ObjectStore } from '@colloid/storage';
import { expect, test } from 'vitest';

import { ImageCache } from './image-cache.ts';

test('an image that loses its place to others while it is being read is sent all the same', async () => {
  const memory = await openObjectStore({ kind: 'memory' });
  const grey = { pixels: new Uint8Array(96 * 96 * 3).fill(99), width: 96, height: 96 };
  const image = await encodeRgb(grey, { format: 'jpeg' });
  const others = ['a', 'b', 'c', 'd'];
  for (const key of ['slow', ...others]) await memory.put(key, image);
  const held = Promise.withResolvers<void>();
  const get: ObjectStore['get'] = async (key) => {
    if (key === 'slow') await held.promise;
    return memory.get(key);
  };
  const store = new Proxy(memory, {
    get: (target, name) => (name === 'get' ? get : Reflect.get(target, name)) as unknown,
  });
  const ofWidth = (objectKey: string) => ({ source: { objectKey }, width: 64 });
  const { bytes } = await new ImageCache(memory).read(ofWidth('a'));
  const cache = new ImageCache(store, { maxBytes: 2 * bytes.byteLength });
  const slow = cache.read(ofWidth('slow'));
  try {
    for (const key of others) await cache.read(ofWidth(key));
  } finally {
    held.resolve();
  }
  expect(await slow).toEqual({ bytes, contentType: 'image/webp' });
});
