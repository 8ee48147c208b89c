/** @file Covariate directions as a table in the terminal. */

import type { CovariateDirection, CovariateDirections } from '@colloid/sampler';

const HEADS = ['direction', 'latents', 'training', 'held out', 'means', 'ranges'] as const;

/** One line per direction: from which class to which, and how well they are told apart. */
export function directionsTable({ directions }: CovariateDirections): string {
  const rows = directions.map((direction) => [
    nameOf(direction),
    `${direction.negativeSide.count} + ${direction.positiveSide.count}`,
    percent(direction.trainingAccuracy),
    direction.heldOutAccuracy === null ? 'one identity' : percent(direction.heldOutAccuracy),
    `${short(direction.negativeSide.mean)} to ${short(direction.positiveSide.mean)}`,
    `${range(direction.negativeSide)}, ${range(direction.positiveSide)}`,
  ]);
  const lines = [[...HEADS], ...rows];
  const widths = HEADS.map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] ?? '').length)),
  );
  return lines
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

/** `pose: left to right` */
export function nameOf({ covariate, negative, positive }: CovariateDirection): string {
  return `${covariate}: ${negative} to ${positive}`;
}

/** The directions without their normals, as `--json` prints them. */
export function directionsJson({ latentDim, directions }: CovariateDirections): object {
  return {
    latentDim,
    directions: directions.map(({ normal: _normal, ...known }) => known),
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function range({ min, max }: { readonly min: number; readonly max: number }): string {
  return `[${short(min)}, ${short(max)}]`;
}

function short(value: number): string {
  return value.toFixed(2);
}
