import { expect, test } from 'vitest';

import { computePlan } from './compute-plan.ts';
import { digestOf } from './digest.ts';

const models = { generator: { digest: 'g' }, recogniser: { digest: 'r' } };

test('what is computed in float16 has another name than in float32, whose name says nothing of precision', () => {
  const plan = (precision: 'float32' | 'float16'): ReturnType<typeof computePlan> =>
    computePlan(models, { provider: 'cuda', recipe: { precision } });
  expect(digestOf(plan('float16'))).not.toBe(digestOf(plan('float32')));
  expect(plan('float32')).toEqual({ generator: 'g', recogniser: 'r', provider: 'cuda' });
});
