import { expect, test } from 'vitest';

import { GRAPH_REVISION } from './graph-revision.ts';
import { revisionOfSources } from './revision-of-sources.ts';

test('cached graphs belong to the sources; after a change: npm run generate:revision -w @colloid/sampler', () => {
  expect(GRAPH_REVISION).toBe(revisionOfSources());
});
