import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { canonicalJson } from './canonical-json.ts';

describe('canonical JSON', () => {
  it('parses back to the value and does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value as Parameters<typeof canonicalJson>[0]);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 5 },
    );
    expect(canonicalJson({ b: [1, { d: null, c: true }], a: 'é' })).toBe(
      '{"a":"é","b":[1,{"c":true,"d":null}]}',
    );
    expect(() => canonicalJson({ a: Number.NaN })).toThrow('JSON has no NaN');
  });
});
