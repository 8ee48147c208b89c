/** @file Reads the metrics of a version, which travel as JSON, into typed figures. Unknown or missing parts are null. */
import { figure, list, record } from './json.ts';

/** Distances of one kind counted into bins of equal width over [from, to], in radians. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: readonly number[];
}

/** How far apart identities are at one moment. */
export interface Separation {
  readonly thetaMin: number | null;
  readonly thetaMean: number | null;
  readonly aboveIct: number | null;
}

/** Everything a version page shows. Angles in radians, shares of 1. */
export interface VersionMetrics {
  readonly thetaMin: number | null;
  readonly thetaMean: number | null;
  readonly thetaMax: number | null;
  readonly aboveIct: number | null;
  readonly ict: number | null;
  readonly intraBelowInter: number | null;
  /** Mean over identities of the largest angle between a variation and its reference. */
  readonly intraMean: number | null;
  readonly eer: number | null;
  readonly tarAtFar: readonly { readonly far: string; readonly tar: number }[];
  readonly intra: Histogram | null;
  readonly inter: Histogram | null;
  readonly before: Separation | null;
  readonly after: Separation | null;
}

/** Reads whatever the gateway sent; never throws. */
export function readMetrics(json: unknown): VersionMetrics {
  const root = record(json);
  const theta = record(root['theta']);
  const histograms = record(root['histograms']);
  const verification = record(root['verification']);
  return {
    thetaMin: figure(theta['min']),
    thetaMean: figure(theta['mean']),
    thetaMax: figure(theta['max']),
    aboveIct: figure(root['aboveIct']),
    ict: figure(root['ict']),
    intraBelowInter: figure(root['intraBelowInter']),
    intraMean: figure(record(root['intra'])['mean']),
    eer: figure(root['eer']) ?? figure(verification['eer']),
    tarAtFar: readRates(root['tarAtFar'] ?? verification['tarAtFar']),
    intra: readHistogram(root['intraHistogram'] ?? histograms['intra']),
    inter: readHistogram(root['interHistogram'] ?? histograms['inter']),
    before: readSeparation(root['before']),
    after: readSeparation(root['after']),
  };
}

/** Shares of a histogram's total per bin, so that histograms of different totals can be compared. */
export function shares(histogram: Histogram): readonly number[] {
  const total = histogram.counts.reduce((sum, count) => sum + count, 0);
  return histogram.counts.map((count) => (total === 0 ? 0 : count / total));
}

function readHistogram(json: unknown): Histogram | null {
  const root = record(json);
  const counts = list(root['counts']).map(figure);
  if (counts.length === 0 || counts.some((count) => count === null)) return null;
  const edges = list(root['edges']).map(figure);
  const from = figure(root['min']) ?? figure(root['from']) ?? edges[0] ?? 0;
  const to = figure(root['max']) ?? figure(root['to']) ?? edges.at(-1) ?? Math.PI;
  return { from, to, counts: counts.filter((count) => count !== null) };
}

function readSeparation(json: unknown): Separation | null {
  if (json === null || json === undefined) return null;
  const root = record(json);
  const theta = record(root['theta']);
  return {
    thetaMin: figure(root['thetaMin']) ?? figure(theta['min']),
    thetaMean: figure(root['thetaMean']) ?? figure(theta['mean']),
    aboveIct: figure(root['aboveIct']),
  };
}

function readRates(json: unknown): VersionMetrics['tarAtFar'] {
  if (Array.isArray(json)) {
    return json.flatMap((each) => {
      const row = record(each);
      const tar = figure(row['tar']);
      return tar === null ? [] : [{ far: String(figure(row['far']) ?? ''), tar }];
    });
  }
  return Object.entries(record(json)).flatMap(([far, value]) => {
    const tar = figure(value);
    return tar === null ? [] : [{ far, tar }];
  });
}
