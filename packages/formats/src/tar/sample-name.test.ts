import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseSampleName, sampleName } from './sample-name.ts';

describe('sample names', () => {
  it('keep identity and sample apart for any number of them', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(100_000), (identity, sample) => {
        const name = sampleName({ identity, sample }, 'webp');
        expect(parseSampleName(name)).toEqual({ identity, sample, extension: 'webp' });
      }),
      { seed: 4 },
    );
    expect(sampleName({ identity: 99_999, sample: 7 }, 'webp')).toBe('099999/007.webp');
    expect(sampleName({ identity: 100_000, sample: 7 }, 'webp')).toBe('100000/007.webp');
  });

  it('are refused for negative and broken numbers', () => {
    expect(() => sampleName({ identity: -1, sample: 0 }, 'webp')).toThrow('0 or more');
    expect(() => sampleName({ identity: 0, sample: 0.5 }, 'webp')).toThrow('0 or more');
    expect(() => sampleName({ identity: 0, sample: 0 }, '.webp')).toThrow('without a dot');
    expect(parseSampleName('12/3.webp')).toBeNull();
  });
});
