/** @file binary16 bits agree with onnxruntime's conversion for every bit pattern and for rounding. */
import { expect, test } from 'vitest';
import { float16Bits, float16Value, tensor, tensorFrom } from '../index.ts';
import { graphOf, runGraph, seededRandom } from '../testing/index.ts';
import type { Value } from '../build/core-builder.ts';

test('every finite binary16 number survives both ways', () => {
  const wrong: number[] = [];
  for (let bits = 0; bits < 0x10000; bits += 1)
    if ((bits & 0x7c00) !== 0x7c00 && float16Bits(float16Value(bits)) !== bits) wrong.push(bits);
  expect(wrong).toEqual([]);
  expect(float16Bits(70000)).toBe(0x7c00);
  expect(float16Bits(Number.NaN) & 0x7fff).toBeGreaterThan(0x7c00);
});

test('rounding and decoding are what onnxruntime does', async () => {
  const random = seededRandom(5);
  const values = Array.from({ length: 4000 }, () => (random() - 0.5) * 2 ** (random() * 40 - 24));
  const narrow = graphOf({ x: ['n'] }, (b, { x }) => b.cast(x as Value, 'float16'), {
    dtype: 'float32',
  });
  const input = tensorFrom('float32', values);
  const { y } = await runGraph(narrow, { x: input });
  expect(y).toEqual(
    tensor('float16', [4000], Uint16Array.from(input.data as Float32Array, float16Bits)),
  );
});
