/** @file What is kept of the measures of a version: identities by their numbers in place of rows. */

import type { DatasetMeasures, ListedPair } from '@colloid/sampler';

import { type Json, toJson } from '../digest.ts';

/** Which identity a row of the references is. */
export interface MeasuredIdentity {
  readonly identity: number;
  /** The run's number in its dataset; not known of a run that is at work. */
  readonly run?: number;
}

/** Figures of a dataset version. Angles in radians. */
export interface DatasetMetrics {
  readonly [key: string]: Json;
  readonly ict: number;
  readonly theta: { readonly min: number; readonly mean: number; readonly max: number };
  readonly aboveIct: number;
  readonly intraBelowInter: number | null;
}

/** Pairs of an identity and the nearest other one that are listed. */
const LISTED_NEAREST = 100;

/** The measures as JSON; `ownerOf` says who a row is. */
export function metricsOf(
  measures: DatasetMeasures,
  { ict, ownerOf }: { readonly ict: number; readonly ownerOf: (row: number) => MeasuredIdentity },
): DatasetMetrics {
  const { nearest, intra, duplicates, ...rest } = measures;
  const placed = ({ a, b, theta }: ListedPair): Json => {
    const [one, other] = [ownerOf(a), ownerOf(b)];
    return {
      a: one.identity,
      b: other.identity,
      theta,
      ...(one.run === undefined ? {} : { runA: one.run }),
      ...(other.run === undefined ? {} : { runB: other.run }),
    };
  };
  return {
    ...(toJson(rest) as Record<string, Json>),
    ict,
    theta: toJson(measures.theta) as unknown as DatasetMetrics['theta'],
    aboveIct: measures.aboveIct,
    intraBelowInter: measures.intraBelowInter,
    intra: intra === null ? null : { mean: intra.mean, max: intra.max },
    duplicates: { ...duplicates, listed: duplicates.listed.map(placed) },
    nearest: { listed: closestPairs(nearest).map(placed) },
  };
}

/** Each identity with the nearest other one, the closest first; two that are nearest to each other are one pair. */
function closestPairs({ theta, index }: DatasetMeasures['nearest']): readonly ListedPair[] {
  const pairs = new Map<string, ListedPair>();
  const order = Uint32Array.from(theta.keys()).toSorted(
    (a, b) => (theta[a] ?? 0) - (theta[b] ?? 0) || a - b,
  );
  for (const row of order) {
    if (pairs.size === LISTED_NEAREST) break;
    const other = index[row] ?? -1;
    if (other < 0) continue;
    const [a, b] = [Math.min(row, other), Math.max(row, other)];
    if (!pairs.has(`${a} ${b}`)) pairs.set(`${a} ${b}`, { a, b, theta: theta[row] ?? 0 });
  }
  return [...pairs.values()];
}
