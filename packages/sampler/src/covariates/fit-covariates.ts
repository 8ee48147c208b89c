/** @file From labelled latents to covariate directions with their statistics. */

import { CovariateError } from '../errors.ts';
import type { CovariateDirection, CovariateDirections, SideStatistics } from './directions.ts';
import type { CovariateLabel } from './labels.ts';
import { dot, linearSvm } from './linear-svm.ts';

/** The class that every other one of its covariate is compared with, where it is there. */
const NEUTRAL = 'neutral';
const FOLDS = 5;

/** Latents and what each shows. */
export interface LabelledLatents {
  /** [n, latentDim] */
  readonly latents: Float32Array;
  readonly latentDim: number;
  /** One per latent. */
  readonly labels: readonly CovariateLabel[];
}

export interface FitOptions {
  /** Which classes to tell apart. @default what `classPairs` finds in the labels */
  readonly pairs?: readonly ClassPair[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told before each direction is fitted: how many are done, of how many. */
  readonly onProgress?: ((done: number, of: number) => Promise<void>) | undefined;
}

/** Two classes that a direction tells apart. */
export interface ClassPair {
  readonly covariate: string;
  readonly negative: string;
  readonly positive: string;
}

/**
 * Fits one direction for each pair of classes: pose and illumination from left to right, expression from neutral to each other class;
 * a covariate of other names needs two classes, or one that is called neutral.
 *
 * @throws CovariateError for labels that are not one per latent, latents that are not finite, and covariates without a pair
 * @example
 * const directions = await fitCovariates({ latents, latentDim: 512, labels: parseLatentLabels(csv) });
 */
export async function fitCovariates(
  data: LabelledLatents,
  options: FitOptions = {},
): Promise<CovariateDirections> {
  const { latents, latentDim, labels } = data;
  if (latents.length !== labels.length * latentDim) {
    throw new CovariateError(
      `There are ${labels.length} labels for ${latents.length / latentDim} latents of ${latentDim} numbers; give one label per latent, in their order.`,
    );
  }
  const broken = firstNotFinite(latents);
  if (broken !== null) {
    throw new CovariateError(
      `Latent ${Math.floor(broken / latentDim)} (from 0) holds a number that is not finite; leave it and its label out.`,
    );
  }
  const pairs = options.pairs ?? classPairs(labels);
  const directions: CovariateDirection[] = [];
  for (const pair of pairs) {
    options.signal?.throwIfAborted();
    await options.onProgress?.(directions.length, pairs.length);
    directions.push(fitPair(data, pair));
    // A large pair takes seconds: whatever else the process has to do comes first.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { latentDim, directions };
}

/** The pairs of classes that the labels allow. @throws CovariateError naming a covariate that has none */
export function classPairs(labels: readonly CovariateLabel[]): readonly ClassPair[] {
  const classes = new Map<string, Set<string>>();
  for (const { covariate, class: name } of labels) {
    classes.set(covariate, (classes.get(covariate) ?? new Set()).add(name));
  }
  return [...classes].flatMap(([covariate, found]) => {
    const names = [...found].toSorted();
    if (found.has(NEUTRAL) && names.length > 1) {
      const others = names.filter((name) => name !== NEUTRAL);
      return others.map((positive) => ({ covariate, negative: NEUTRAL, positive }));
    }
    const [negative, positive, ...more] = names;
    if (negative !== undefined && positive !== undefined && more.length === 0) {
      return [{ covariate, negative, positive }];
    }
    throw new CovariateError(
      `The covariate '${covariate}' has the classes ${names.join(', ')}; it needs two of them, or one named '${NEUTRAL}' that each other one is compared with.`,
    );
  });
}

function fitPair(data: LabelledLatents, pair: ClassPair): CovariateDirection {
  const { latentDim: D, latents, labels } = data;
  const members = labels.flatMap((label, row) =>
    label.covariate === pair.covariate && [pair.negative, pair.positive].includes(label.class)
      ? [{ row, identity: label.identity, sign: label.class === pair.negative ? -1 : 1 }]
      : [],
  );
  for (const [sign, name] of [
    [-1, pair.negative],
    [1, pair.positive],
  ] as const) {
    if (members.some((member) => member.sign === sign)) continue;
    throw new CovariateError(
      `No latent is labelled '${name}' of '${pair.covariate}'; label some, or leave out the pair '${pair.negative}' and '${pair.positive}'.`,
    );
  }
  const rows = new Float32Array(members.length * D);
  members.forEach(({ row }, index) => {
    rows.set(latents.subarray(row * D, (row + 1) * D), index * D);
  });
  const signs = Int8Array.from(members, ({ sign }) => sign);
  const svm = linearSvm({ rows, width: D, signs });
  const normal = unit(svm.fit(), pair);
  const distances = members.map(({ row, sign }) => ({
    sign,
    distance: dot(normal, latents.subarray(row * D, (row + 1) * D)),
  }));
  const side = (wanted: number): SideStatistics =>
    statistics(distances.filter(({ sign }) => sign === wanted).map(({ distance }) => distance));
  const correct = distances.filter(({ sign, distance }) => Math.sign(distance) === sign).length;
  return {
    ...pair,
    normal: Float32Array.from(normal),
    negativeSide: side(-1),
    positiveSide: side(1),
    trainingAccuracy: correct / members.length,
    heldOutAccuracy: heldOutAccuracy(rows, (isUsed) => unit(svm.fit(isUsed), pair), members),
  };
}

interface Member {
  readonly row: number;
  readonly identity: string;
  readonly sign: number;
}

/** Share of correct sides over folds that share no identity with what they were fitted to; null where no fold can be made. */
function heldOutAccuracy(
  rows: Float32Array,
  fit: (isUsed: (index: number) => boolean) => Float64Array,
  members: readonly Member[],
): number | null {
  const D = rows.length / members.length;
  const identities = [...new Set(members.map(({ identity }) => identity))].toSorted();
  const foldOf = new Map(identities.map((identity, index) => [identity, index % FOLDS]));
  const folds = members.map(({ identity }) => foldOf.get(identity));
  let [correct, total] = [0, 0];
  for (let fold = 0; fold < Math.min(FOLDS, identities.length); fold++) {
    const isTrained = (index: number): boolean => folds[index] !== fold;
    const hasBoth = [-1, 1].every((wanted) =>
      members.some(({ sign }, index) => sign === wanted && isTrained(index)),
    );
    if (!hasBoth) continue;
    const normal = fit(isTrained);
    members.forEach(({ sign }, index) => {
      if (isTrained(index)) return;
      const distance = dot(normal, rows.subarray(index * D, (index + 1) * D));
      correct += Math.sign(distance) === sign ? 1 : 0;
      total += 1;
    });
  }
  return total === 0 ? null : correct / total;
}

function unit(v: Float64Array, pair: ClassPair): Float64Array {
  const length = Math.sqrt(dot(v, v));
  if (length > 0) return v.map((value) => value / length);
  throw new CovariateError(
    `The latents of '${pair.negative}' and '${pair.positive}' of '${pair.covariate}' do not differ at all; check their labels.`,
  );
}

/** `findIndex` takes a call per number, and there are fifteen million of them in a large set. */
function firstNotFinite(values: Float32Array): number | null {
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) return index;
  }
  return null;
}

function statistics(values: readonly number[]): SideStatistics {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    min: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    max: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    mean,
    deviation: Math.sqrt(square / count),
  };
}
