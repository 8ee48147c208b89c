/** @file Addresses at which somebody sets a new password: made by an owner of their team or on the command line, since there may be no mail. */
import { randomBytes } from 'node:crypto';

import type { Actor, Catalog } from '@colloid/catalog';

import { hashToken } from './create-auth.ts';

/** Minutes such an address can be used. */
export const PASSWORD_RESET_MINUTES = 60;

/** An address that sets a password once. */
export interface IssuedReset {
  /** Path and query of the page: append it to the public address. */
  readonly path: string;
  readonly expiresAt: Date;
}

/** For a member of the actor's team. @throws CatalogError NOT_FOUND, FORBIDDEN */
export async function issueReset(
  catalog: Pick<Catalog, 'members'>,
  key: { readonly actor: Actor; readonly teamId: string; readonly userId: string },
): Promise<IssuedReset> {
  const { identifier, ...issued } = newReset();
  await catalog.members.createPasswordReset({ ...key, identifier, expiresAt: issued.expiresAt });
  return issued;
}

/** For any account, by whoever has the installation's own keys. @throws CatalogError NOT_FOUND */
export async function issueResetAsOperator(
  catalog: Pick<Catalog, 'members'>,
  email: string,
): Promise<IssuedReset> {
  const { identifier, ...issued } = newReset();
  const { expiresAt } = issued;
  await catalog.members.createPasswordResetAsOperator({ email, identifier, expiresAt });
  return issued;
}

/** As better-auth's `/reset-password` will look for it; the database has its digest only. */
function newReset(): IssuedReset & { readonly identifier: string } {
  const token = randomBytes(24).toString('base64url');
  return {
    identifier: hashToken(`reset-password:${token}`),
    path: `/reset-password?token=${token}`,
    expiresAt: new Date(Date.now() + PASSWORD_RESET_MINUTES * 60_000),
  };
}
