/** @file What the row of a sample says of its covariates. */
import { z } from 'zod';

import { list, objectType } from '../nexus.ts';

const ZSampleCovariates = z.object({
  label: z.string().nullable(),
  weights: z.record(z.string(), z.number()),
});

/** What the resolvers of SampleCovariates are given. */
export interface SampleCovariatesSource {
  readonly label: string | null;
  readonly weights: readonly { readonly direction: string; readonly weight: number }[];
}

export const CovariateWeight = objectType({
  name: 'CovariateWeight',
  description: 'How far a sample began along one covariate direction.',
  definition(t) {
    t.string('direction', {
      description:
        'The direction, such as pose:left/right; positive weights lead to the right side.',
    });
    t.float('weight', {
      description: 'In units of the mean distance of the farther side from the plane.',
    });
  },
});

export const SampleCovariates = objectType({
  name: 'SampleCovariates',
  description: 'How a sample was placed along the directions of a covariate set.',
  definition(t) {
    t.nullable.string('label', {
      description:
        'What it was made to show, such as smile; null where it was not made to show one thing.',
    });
    t.field('weights', {
      type: list('CovariateWeight'),
      description: 'One per direction, in alphabetical order.',
    });
  },
});

/** The stored document, or null where the sample was placed without covariates. */
export function readSampleCovariates(stored: unknown): SampleCovariatesSource | null {
  if (stored === null) return null;
  const { label, weights: byDirection } = ZSampleCovariates.parse(stored);
  const weights = Object.entries(byDirection)
    .map(([direction, weight]) => ({ direction, weight }))
    .toSorted((a, b) => a.direction.localeCompare(b.direction, 'en'));
  return { label, weights };
}
