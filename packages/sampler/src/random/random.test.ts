import { describe, expect, test } from 'vitest';

import { ParameterError } from '../errors.ts';
import { normalQuantile } from './normal-quantile.ts';
import { philox } from './philox.ts';
import { normal, uniform } from './random.ts';

const hex = (words: Uint32Array): string =>
  [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ');

describe('the counter-based generator', () => {
  test('gives the known answers published with Philox 4x32-10', () => {
    const zero = new Uint32Array(4);
    philox(zero, 0, 0);
    expect(hex(zero)).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    const ones = new Uint32Array(4).fill(0xffffffff);
    philox(ones, 0xffffffff, 0xffffffff);
    expect(hex(ones)).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
    const pi = Uint32Array.of(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344);
    philox(pi, 0xa4093822, 0x299f31d0);
    expect(hex(pi)).toBe('d16cfe09 94fdcceb 5001e420 24126ea1');
  });

  test('the normal quantile agrees with tabulated values to 1e-14', () => {
    // Python's statistics.NormalDist().inv_cdf((word + 0.5) / 2**32)
    const table: readonly (readonly [number, number])[] = [
      [0, -6.337957754553789],
      [4, -5.990227597261483],
      [42949672, -2.3263478780593587],
      [687194767, -0.994457883075784],
      [3000000000, 0.5200680618488762],
      [4294967295, 6.337957754553789],
    ];
    for (const [word, expected] of table) {
      expect(Math.abs(normalQuantile(word) - expected)).toBeLessThan(
        1e-14 * Math.abs(expected) + 1e-14,
      );
    }
  });

  test('pins the first numbers of a stream, so that recorded runs can be made again', () => {
    const out = new Float64Array(3);
    normal({ seed: 42, stream: 1, identity: 3, iteration: 9 }, out);
    expect([...out]).toMatchInlineSnapshot(`
      [
        1.173522565503526,
        -1.4899705996079682,
        1.176118072182881,
      ]
    `);
    uniform({ seed: 2 ** 40 + 5, stream: 1 }, out);
    expect([...out]).toMatchInlineSnapshot(`
      [
        0.8109520971775055,
        0.7782599627971649,
        0.25526538491249084,
      ]
    `);
  });

  test('an element does not depend on how many are drawn with it nor on the order of calls', () => {
    const key = { seed: 5, stream: 2, identity: 8, iteration: 1 };
    const all = new Float32Array(40);
    normal(key, all);
    const part = new Float32Array(7);
    normal(key, part, 20);
    expect([...part]).toEqual([...all.subarray(20, 27)]);
  });

  test('normal numbers have the moments of N(0, 1) within five standard errors', () => {
    const n = 200_000;
    const out = new Float32Array(n);
    normal({ seed: 1, stream: 4 }, out);
    const mean = out.reduce((sum, x) => sum + x, 0) / n;
    const square = out.reduce((sum, x) => sum + x * x, 0) / n;
    const fourth = out.reduce((sum, x) => sum + x ** 4, 0) / n;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(fourth - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
  });

  test('keys that differ in one part give uncorrelated numbers', () => {
    const n = 20_000;
    const a = new Float32Array(n);
    const b = new Float32Array(n);
    normal({ seed: 1, stream: 1, identity: 1, iteration: 1 }, a);
    for (const change of [{ seed: 2 }, { stream: 2 }, { identity: 2 }, { iteration: 2 }]) {
      normal({ seed: 1, stream: 1, identity: 1, iteration: 1, ...change }, b);
      const dot = a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0) / n;
      expect(Math.abs(dot)).toBeLessThan(5 / Math.sqrt(n));
    }
  });

  test('a seed that is not a whole number is refused', () => {
    expect(() => normal({ seed: 1.5, stream: 1 }, new Float32Array(1))).toThrow(ParameterError);
  });
});
