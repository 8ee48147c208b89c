/** @file Populations of latents with labels: training sets, covariate classes, a gallery and verification pairs. */
import { FACTOR_NAMES, LATENT_DIMENSION as D, factorIndices } from './factors.ts';
import type { FactorName } from './factors.ts';
import { fromCoordinates, mapLatents, toCoordinates } from './mixing.ts';
import { drawsFrom } from './random.ts';
import type { Draws } from './random.ts';

export interface TrainingOptions {
  readonly seed: number;
  readonly identities: number;
  readonly variationsPerIdentity: number;
}

/**
 * Latents w `[identities * variationsPerIdentity, 64]`, the variations of an identity next to each other: its identity factors are one
 * mapped draw's, its pose, light, expression and context factors another's for every variation.
 */
export function latentsForTraining(options: TrainingOptions): Float32Array {
  const { identities, variationsPerIdentity: each } = options;
  requireCount('identities', identities);
  requireCount('variationsPerIdentity', each);
  const draws = drawsFrom(options.seed);
  const people = toCoordinates(mapLatents(normalRows(draws, identities)));
  const moments = toCoordinates(mapLatents(normalRows(draws, identities * each)));
  for (let row = 0; row < identities * each; row += 1)
    copyIdentity(people, Math.floor(row / each), moments, row);
  return fromCoordinates(moments);
}

/** A class of a covariate: which factors it moves, and to which coordinates (about ±2 standard deviations). */
export interface CovariateClass {
  readonly covariate: string;
  readonly class: string;
  readonly coordinates: Readonly<Partial<Record<FactorName, readonly [from: number, to: number]>>>;
}

/** The labelled renders that stand in for a projected photo database. */
export const COVARIATE_CLASSES: readonly CovariateClass[] = [
  { covariate: 'pose', class: 'left', coordinates: { yaw: [-2.2, -0.8] } },
  { covariate: 'pose', class: 'right', coordinates: { yaw: [0.8, 2.2] } },
  { covariate: 'illumination', class: 'left', coordinates: { lightAzimuth: [-2.2, -0.8] } },
  { covariate: 'illumination', class: 'right', coordinates: { lightAzimuth: [0.8, 2.2] } },
  { covariate: 'expression', class: 'neutral', coordinates: {} },
  { covariate: 'expression', class: 'smile', coordinates: { smile: [1.2, 2.2] } },
  {
    covariate: 'expression',
    class: 'scream',
    coordinates: { mouthOpen: [1.6, 2.6], browRaise: [0.4, 1.4] },
  },
  { covariate: 'expression', class: 'disgust', coordinates: { disgust: [1.6, 2.6] } },
  { covariate: 'expression', class: 'squint', coordinates: { squint: [1.6, 2.6] } },
  {
    covariate: 'expression',
    class: 'surprise',
    coordinates: { browRaise: [1.6, 2.6], mouthOpen: [0.6, 1.2], squint: [-2, -1] },
  },
];

export interface LabelledLatent {
  readonly identity: number;
  readonly covariate: string;
  readonly class: string;
}

/** Latents and their labels, row by row. */
export interface LabelledLatents {
  /** `[labels.length, 64]` */
  readonly latents: Float32Array;
  readonly labels: readonly LabelledLatent[];
}

/**
 * Every identity once in every class of `COVARIATE_CLASSES`, with a neutral expression, a frontal pose and even light wherever the class
 * says nothing else (give or take a little, as photographs are).
 */
export function labelledRenders(options: {
  readonly seed: number;
  readonly identities: number;
}): LabelledLatents {
  requireCount('identities', options.identities);
  const draws = drawsFrom(options.seed);
  const people = toCoordinates(mapLatents(normalRows(draws, options.identities)));
  const labels: LabelledLatent[] = [];
  const u = new Float32Array(options.identities * COVARIATE_CLASSES.length * D);
  for (let identity = 0; identity < options.identities; identity += 1) {
    for (const wanted of COVARIATE_CLASSES) {
      const row = labels.length;
      copyIdentity(people, identity, u, row);
      setNeutral(draws, u, row);
      for (const [name, range] of Object.entries(wanted.coordinates))
        setCoordinate(u, row, name, between(draws, range));
      labels.push({ identity, covariate: wanted.covariate, class: wanted.class });
    }
  }
  return { latents: fromCoordinates(u), labels };
}

/** A labelled comparison of two latents. */
export interface LatentPairs {
  /** `[pairs, 64]`, the first of each pair. */
  readonly left: Float32Array;
  /** `[pairs, 64]`, the second of each pair. */
  readonly right: Float32Array;
  readonly same: readonly boolean[];
}

/**
 * The verification benchmark `parametric-head-pairs`: identities drawn uniformly in factor space, not from the generator's latent
 * distribution; the first half of the pairs shows the same person twice, the second half two people.
 */
export function pairsPopulation(options: {
  readonly seed: number;
  readonly pairs: number;
}): LatentPairs {
  requireCount('pairs', options.pairs);
  const draws = drawsFrom(options.seed);
  const left = new Float32Array(options.pairs * D);
  const right = new Float32Array(options.pairs * D);
  const same: boolean[] = [];
  for (let row = 0; row < options.pairs; row += 1) {
    const isSame = row < options.pairs / 2;
    uniformRow(draws, left, row);
    uniformRow(draws, right, row);
    if (isSame) copyIdentity(left, row, right, row);
    same.push(isSame);
  }
  return { left: fromCoordinates(left), right: fromCoordinates(right), same };
}

/** The gallery `parametric-head-gallery`, a stand-in for a training set whose leakage is checked: latents of people with labels. */
export function galleryPopulation(options: {
  readonly seed: number;
  readonly identities: number;
  readonly imagesPerIdentity: number;
}): LabelledLatents {
  const { seed, identities, imagesPerIdentity } = options;
  const latents = latentsForTraining({
    seed,
    identities,
    variationsPerIdentity: imagesPerIdentity,
  });
  const labels = Array.from({ length: identities * imagesPerIdentity }, (_, row) => ({
    identity: Math.floor(row / imagesPerIdentity),
    covariate: 'gallery',
    class: 'unposed',
  }));
  return { latents, labels };
}

const IDENTITY = factorIndices('identity');

function copyIdentity(from: Float32Array, fromRow: number, to: Float32Array, toRow: number): void {
  for (const index of IDENTITY) to[toRow * D + index] = from[fromRow * D + index] ?? 0;
}

/** Frontal, evenly lit and expressionless: coordinates near 0 for signed factors, low for the ones that are mostly absent. */
function setNeutral(draws: Draws, u: Float32Array, row: number): void {
  for (const group of ['pose', 'light', 'context'] as const) {
    for (const index of factorIndices(group)) u[row * D + index] = 0.3 * draws.normal();
  }
  for (const index of factorIndices('expression')) u[row * D + index] = -1.3 + 0.2 * draws.normal();
}

function setCoordinate(u: Float32Array, row: number, name: string, value: number): void {
  u[row * D + FACTOR_NAMES.findIndex((candidate) => candidate === name)] = value;
}

function between(draws: Draws, range: readonly [number, number]): number {
  return range[0] + (range[1] - range[0]) * draws.uniform();
}

/** Uniform with the variance of a standard normal. */
function uniformRow(draws: Draws, u: Float32Array, row: number): void {
  for (let index = 0; index < D; index += 1)
    u[row * D + index] = (2 * draws.uniform() - 1) * Math.sqrt(3);
}

function normalRows(draws: Draws, rows: number): Float32Array {
  return Float32Array.from({ length: rows * D }, () => draws.normal());
}

function requireCount(name: string, count: number): void {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`${name} is ${count}; give a whole number of at least 1.`);
}
