import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { drain } from '../testing/drain.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { runRecipe } from './index.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu' });
});
afterAll(() => runtime.close());

const recipe = {
  generator: 'tiny-generator@1',
  recogniser: 'tiny-recogniser@1',
  identities: 6,
  references: { algorithm: 'langevin', parameters: { iterations: 3 } },
  variations: {
    algorithm: 'dispersion',
    parameters: { variations: 2, iterations: 2, latentRadius: { meanDistances: 0.5 } },
  },
  seed: 5,
  batchSize: 4,
} as const;

describe('a recipe without files or services', () => {
  test('goes through every stage and gives each image once', async () => {
    const models = await tinyPair();
    const { progress, result } = await drain(runRecipe({ runtime, ...models, recipe }));
    const stages = progress.flatMap((event) => (event.kind === 'stage' ? [event.stage] : []));
    expect(stages).toEqual(['references', 'variations', 'images', 'measure']);
    const batches = progress.flatMap((event) => (event.kind === 'images' ? [event.progress] : []));
    const count = (kind: string): number =>
      batches.filter((b) => b.sampleKind === kind).reduce((sum, b) => sum + b.batch.count, 0);
    expect([count('REFERENCE'), count('VARIATION')]).toEqual([6, 12]);
    expect(batches.at(-1)).toMatchObject({ done: 18, total: 18, firstRow: 8 });
    expect(result.measures.identities).toBe(6);
    expect(result.measures.intraBelowInter).not.toBeNull();
    const again = await drain(runRecipe({ runtime, ...models, recipe }));
    expect(again.result.variations?.latents).toEqual(result.variations?.latents);
  });
});
