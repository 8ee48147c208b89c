import { describe } from 'vitest';

import { openObjectStore } from '../open-object-store.ts';
import { describeObjectStore } from '../testing/conformance.ts';

describe('the memory store', () => {
  describeObjectStore(() => openObjectStore({ kind: 'memory' }));
});
