/** @file Addresses of the pages at which somebody confirms another e-mail address of theirs; sent there by a person, since there may be no mail. */
import type { Catalog, EmailConfirmation } from '@colloid/catalog';

/** An address that confirms an e-mail address once. */
export interface IssuedConfirmation {
  /** Path and query of the page: append it to the public address. */
  readonly path: string;
  /** The e-mail address that it has to be sent to. */
  readonly email: string;
  readonly expiresAt: Date;
}

/** As the pages read it. */
export function issueEmailConfirmation({
  token,
  email,
  expiresAt,
}: EmailConfirmation): IssuedConfirmation {
  return { path: `/change-email?token=${token}`, email, expiresAt };
}

/** For any account, by whoever has the installation's own keys. @throws CatalogError NOT_FOUND, CONFLICT */
export async function issueEmailConfirmationAsOperator(
  catalog: Pick<Catalog, 'emailChanges'>,
  email: string,
): Promise<IssuedConfirmation> {
  return issueEmailConfirmation(await catalog.emailChanges.createConfirmationAsOperator({ email }));
}
