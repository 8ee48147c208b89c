/** @file Where the parts of this checkout lie. */

import { join, resolve } from 'node:path';

export const REPOSITORY_ROOT = resolve(import.meta.dirname, '../../..');

export const inRepository = (...segments: readonly string[]): string =>
  join(REPOSITORY_ROOT, ...segments);
