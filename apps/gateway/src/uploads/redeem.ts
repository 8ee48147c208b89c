/** @file From the tickets of an upload to its files. */
import type { Actor } from '@colloid/catalog';

import type { GatewayContext } from '../context.ts';
import { InputProblems } from '../graphql/errors.ts';
import type { UploadedFile } from './tickets.ts';

/** Tickets, and for whom they are to be good. */
interface Redemption {
  readonly actor: Actor;
  readonly teamId: string;
  readonly uploads: readonly string[];
  readonly mostFiles: number;
}

/** File name to digest. @throws InputProblems with the path `uploads` for a ticket that is not good. */
export function redeemUploads(
  context: Pick<GatewayContext, 'tickets' | 'now'>,
  input: Redemption,
): Record<string, string> {
  return Object.fromEntries(redeemFiles(context, input).map(({ name, digest }) => [name, digest]));
}

/** The files in their order, each name once. @throws InputProblems as {@link redeemUploads} */
export function redeemFiles(
  { tickets, now }: Pick<GatewayContext, 'tickets' | 'now'>,
  input: Redemption,
): readonly UploadedFile[] {
  const { actor, teamId, uploads, mostFiles } = input;
  if (uploads.length > mostFiles) {
    throw uploadProblem(`There are ${uploads.length} uploads, and ${mostFiles} is the most here.`);
  }
  const files = new Map<string, UploadedFile>();
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
    files.set(file.name, file);
  });
  return [...files.values()];
}

/** Something is wrong with what was uploaded. */
export function uploadProblem(message: string): InputProblems {
  return new InputProblems([{ code: 'INVALID', message, path: ['uploads'] }]);
}
