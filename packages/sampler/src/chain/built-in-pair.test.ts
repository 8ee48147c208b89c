import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import { compareDirections, openChainFunction } from '../inspection/index.ts';
import { loadGenerator, loadRecogniser } from '../models/index.ts';
import { openRuntime } from '../runtime/index.ts';
import { buildChain, openChain } from './index.ts';

// Models are data, not a dependency: their folder is read where it lies.
const folder = (name: string): string =>
  fileURLToPath(new URL(`../../../models/built-in/${name}`, import.meta.url));
const NAMES = ['parametric-head', 'parametric-head-id'] as const;

describe.skipIf(!NAMES.every((name) => existsSync(folder(name))))('the built-in pair', () => {
  test('has a gradient that agrees with central differences along 64 directions', async () => {
    const runtime = await openRuntime({ provider: 'cpu' });
    try {
      const generator = await loadGenerator(folder('parametric-head'));
      const recogniser = await loadRecogniser(folder('parametric-head-id'));
      const sessions = await openChain(runtime, buildChain({ generator, recogniser }), {
        batchSize: 16,
      });
      const points = await sessions.drawLatents({ seed: 3, first: 0, count: 1, truncation: 0.7 });
      const report = await compareDirections(await openChainFunction(sessions), {
        points,
        directions: 64,
        seed: 3,
      });
      expect(report.median, report.text).toBeLessThan(1e-3);
      expect(report.worst, report.text).toBeLessThan(1e-2);
    } finally {
      await runtime.close();
    }
  }, 120_000);
});
