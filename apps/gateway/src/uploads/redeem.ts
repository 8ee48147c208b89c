/** @file From the tickets of an upload to its files. */
import type { Actor } from '@colloid/catalog';

import type { GatewayContext } from '../context.ts';
import { InputProblems } from '../graphql/errors.ts';

/** File name to digest. @throws InputProblems with the path `uploads` for a ticket that is not good. */
export function redeemUploads(
  { tickets, now }: Pick<GatewayContext, 'tickets' | 'now'>,
  input: {
    readonly actor: Actor;
    readonly teamId: string;
    readonly uploads: readonly string[];
    readonly mostFiles: number;
  },
): Record<string, string> {
  const { actor, teamId, uploads, mostFiles } = input;
  if (uploads.length > mostFiles) {
    throw uploadProblem(`There are ${uploads.length} uploads, and ${mostFiles} is the most here.`);
  }
  const files = new Map<string, string>();
  uploads.forEach((ticket, index) => {
    const file = tickets.redeem(ticket, { teamId, userId: actor.userId }, now());
    if (file === null) {
      throw uploadProblem(
        `Upload ${index + 1} has expired, or it was made by somebody else or for another team; upload that file again.`,
      );
    }
    if (files.has(file.name)) {
      throw uploadProblem(`'${file.name}' is there twice; keep one of the two.`);
    }
    files.set(file.name, file.digest);
  });
  return Object.fromEntries(files);
}

/** Something is wrong with what was uploaded. */
export function uploadProblem(message: string): InputProblems {
  return new InputProblems([{ code: 'INVALID', message, path: ['uploads'] }]);
}
