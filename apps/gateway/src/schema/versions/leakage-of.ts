/** @file Everything that was found of galleries, by the run of a version or by measurements since. */
import type { DatasetVersion } from '@colloid/catalog';

import type { Loaders } from '../../loaders/loaders.ts';
import { readLeakage, readRunLeakage, type LeakageMeasures } from './stored-measures.ts';

/** One for each gallery; where a gallery was measured again since the run, what was found then. */
export async function leakageOf(
  { id, metrics }: Pick<DatasetVersion, 'id' | 'metrics'>,
  loaders: Loaders,
): Promise<LeakageMeasures[]> {
  const measurements = await loaders.measurementsByVersion.load(id);
  const later = measurements.flatMap((each) => readLeakage(id, each.metrics) ?? []);
  const known = new Set(later.map(({ digest }) => digest));
  return [...readRunLeakage(id, metrics).filter(({ digest }) => !known.has(digest)), ...later];
}
