import { describe, expect, it } from 'vitest';

import { augmentInto, NO_AUGMENTATION } from './augment.ts';

const layout = { channels: 3, height: 4, width: 5 };
const bytes = Uint8Array.from({ length: 120 }, (_, index) => (index * 37) % 256);

const augmented = (parameters: Partial<typeof NO_AUGMENTATION>, identity: number): Float32Array => {
  const data = new Float32Array(60);
  augmentInto(
    { data, offset: 0 },
    { data: bytes, offset: 60 },
    {
      layout,
      parameters: { ...NO_AUGMENTATION, ...parameters },
      key: { seed: 3, stream: 503, identity },
    },
  );
  return data;
};

describe('augmentation', () => {
  it('maps bytes onto [-1, 1] when every half-width is 0', () => {
    const plain = augmented({}, 1);
    for (let index = 0; index < 60; index += 1) {
      const expected = ((bytes[60 + index] ?? 0) * 2) / 255 - 1;
      expect(Math.abs((plain[index] ?? 0) - expected)).toBeLessThan(1e-6);
    }
  });

  it('gives the same image for the same key and another for another', () => {
    const parameters = {
      shiftPixels: 1,
      brightness: 0.1,
      contrast: 0.1,
      channelGain: 0.1,
      noise: 0.1,
    };
    expect(augmented(parameters, 1)).toEqual(augmented(parameters, 1));
    expect(augmented(parameters, 1)).not.toEqual(augmented(parameters, 2));
  });

  it('shifts whole pixels and repeats the border', () => {
    const plain = augmented({}, 1);
    const rowsSeen = new Set<number>();
    for (let identity = 0; identity < 40; identity += 1) {
      const shifted = augmented({ shiftPixels: 1 }, identity);
      for (const value of shifted) expect(plain).toContain(value);
      rowsSeen.add(shifted[0] ?? Number.NaN);
    }
    // The first pixel's sources: rows 0 and 1 by columns 0 and 1.
    expect(rowsSeen).toEqual(new Set([plain[0], plain[1], plain[5], plain[6]]));
  });
});
