/** @file Covariate directions of the built-in generator, fitted to latents that its own factors label. */

import { parametricHeadFactors } from '@colloid/models';
import type { HeadFactors } from '@colloid/models';
import { fitCovariates } from '@colloid/sampler';
import type { ChainSessions, CovariateDirections, CovariateLabel } from '@colloid/sampler';

const DRAWS = 2000;
const SEED = 555;

type Label = Pick<CovariateLabel, 'covariate' | 'class'>;

/** A linear SVM on untruncated draws; a draw stands once for every label that it has. */
export async function builtInDirections(sessions: ChainSessions): Promise<CovariateDirections> {
  const D = sessions.latentDim;
  const drawn = await sessions.drawLatents({ seed: SEED, first: 0, count: DRAWS, truncation: 1 });
  const labelled = parametricHeadFactors(drawn).flatMap((factors, row) =>
    labelsOf(factors).map((label) => ({ row, label: { identity: String(row), ...label } })),
  );
  const latents = new Float32Array(labelled.length * D);
  labelled.forEach(({ row }, at) => latents.set(drawn.subarray(row * D, (row + 1) * D), at * D));
  return fitCovariates({ latents, latentDim: D, labels: labelled.map(({ label }) => label) });
}

function labelsOf(factors: HeadFactors): readonly Label[] {
  const side = (covariate: string, value: number): readonly Label[] =>
    Math.abs(value) < 0.3 ? [] : [{ covariate, class: value < 0 ? 'left' : 'right' }];
  return [
    ...side('pose', factors.yaw),
    ...side('illumination', factors.lightAzimuth),
    ...expressionsOf(factors).map((name) => ({ covariate: 'expression', class: name })),
  ];
}

function expressionsOf(factors: HeadFactors): readonly string[] {
  const { smile, mouthOpen, disgust, squint, browRaise } = factors;
  if (Math.max(smile, mouthOpen, disgust, squint, browRaise) < 0.35) return ['neutral'];
  const shown = { smile, scream: mouthOpen, disgust, squint, surprise: browRaise };
  return Object.entries(shown).flatMap(([name, value]) => (value > 0.55 ? [name] : []));
}
