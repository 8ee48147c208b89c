/** @file From the faults of a model to what its sender can put right. */
import { isPipelineError } from '@colloid/pipeline/client';
import { ManifestError } from '@colloid/sampler/model';

import { InputProblems } from '../../graphql/errors.ts';
import { uploadProblem } from '../../uploads/redeem.ts';

/** Runs a registration; faults of the model's files become problems of the input. */
export async function withModelProblems<T>(register: () => Promise<T>): Promise<T> {
  try {
    return await register();
  } catch (error) {
    if (error instanceof ManifestError) {
      throw new InputProblems(
        error.problems.map((text) => ({
          code: 'INVALID',
          message: `model.json: ${text}.`,
          path: ['uploads'],
        })),
      );
    }
    if (isPipelineError(error) && error.code === 'MODEL_INCOMPLETE') {
      throw uploadProblem(error.message);
    }
    throw error;
  }
}
