/** @file From the tickets of an upload to its files, and from the faults of a model to what its sender can put right. */
import type { Actor } from '@colloid/catalog';
import { isPipelineError } from '@colloid/pipeline/client';
import { ManifestError } from '@colloid/sampler/model';

import type { GatewayContext } from '../../context.ts';
import { InputProblems } from '../../graphql/errors.ts';

/** model.json, at most three files of a generator, and some room for versions to come. */
const MOST_FILES = 8;
const PATH = ['uploads'];

/** File name to digest. @throws InputProblems naming each ticket that is not good. */
export function redeemUploads(
  { tickets, now }: Pick<GatewayContext, 'tickets' | 'now'>,
  input: { readonly actor: Actor; readonly teamId: string; readonly uploads: readonly string[] },
): Record<string, string> {
  const { actor, teamId, uploads } = input;
  if (uploads.length > MOST_FILES) {
    throw problem(`There are ${uploads.length} uploads, and a model has at most ${MOST_FILES}.`);
  }
  const files = new Map<string, string>();
  uploads.forEach((ticket, index) => {
    const file = tickets.redeem(ticket, { teamId, userId: actor.userId }, now());
    if (file === null) {
      throw problem(
        `Upload ${index + 1} has expired, or it was made by somebody else or for another team; upload that file again.`,
      );
    }
    if (files.has(file.name)) throw problem(`'${file.name}' is there twice; keep one of the two.`);
    files.set(file.name, file.digest);
  });
  return Object.fromEntries(files);
}

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
          path: PATH,
        })),
      );
    }
    if (isPipelineError(error) && error.code === 'MODEL_INCOMPLETE') throw problem(error.message);
    throw error;
  }
}

function problem(message: string): InputProblems {
  return new InputProblems([{ code: 'INVALID', message, path: PATH }]);
}
