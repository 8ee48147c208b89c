import { expect, test } from 'vitest';

import { computePlan, WEIGHT_MEMORY_MB } from './compute-plan.ts';
import { digestOf } from './digest.ts';

const models = { generator: { digest: 'g' }, recogniser: { digest: 'r' } };

test('what is computed in float16 has another name than in float32, whose name says nothing of precision', () => {
  const plan = (precision: 'float32' | 'float16'): ReturnType<typeof computePlan> =>
    computePlan(models, { provider: 'cuda', recipe: { precision }, weightMemoryMb: 0 });
  expect(digestOf(plan('float16'))).not.toBe(digestOf(plan('float32')));
  expect(plan('float32')).toEqual({ generator: 'g', recogniser: 'r', provider: 'cuda' });
});

test('on a CPU, what is computed with another measure of faster convolutions has another name', () => {
  const plan = (weightMemoryMb: number): ReturnType<typeof computePlan> =>
    computePlan(models, { provider: 'cpu', recipe: { precision: 'float32' }, weightMemoryMb });
  expect(plan(WEIGHT_MEMORY_MB)).toEqual({ generator: 'g', recogniser: 'r', provider: 'cpu' });
  expect(digestOf(plan(0))).not.toBe(digestOf(plan(WEIGHT_MEMORY_MB)));
});
