/** @file Making accounts and one-time sign-ins from the command line, without a running gateway. */
import { randomBytes } from 'node:crypto';

import type { Catalog } from '@colloid/catalog';

import { GatewayError } from '../errors.ts';
import { createAuth, hashToken, MIN_PASSWORD_LENGTH } from './create-auth.ts';

/** Minutes a one-time sign-in can be used, where nothing else is said. */
export const ONE_TIME_SIGN_IN_MINUTES = 60;

// Commands set no cookies and answer no requests, so any origin does.
const COMMAND_ORIGIN = 'http://127.0.0.1';
const COMMAND_SOURCE = { method: 'admin' } as const;

/** An account that exists. */
export interface EnsuredUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** Whether this call made it. */
  readonly created: boolean;
}

/**
 * Makes an account unless the address has one. With a password, the account can sign in with it from now on.
 *
 * @throws GatewayError USER_REFUSED for a password that is too short.
 */
export async function ensureUser(options: {
  readonly catalog: Pick<Catalog, 'prisma' | 'invitations' | 'people'>;
  readonly secret: string;
  readonly email: string;
  readonly name: string;
  /** Left out: the account signs in by one-time addresses only. */
  readonly password?: string;
}): Promise<EnsuredUser> {
  const { password } = options;
  if (password !== undefined && password.length < MIN_PASSWORD_LENGTH) {
    throw new GatewayError(
      'USER_REFUSED',
      `The password has ${password.length} characters; choose one of at least ${MIN_PASSWORD_LENGTH}.`,
    );
  }
  const { internalAdapter, password: passwords } = await openContext(options);
  const email = options.email.toLowerCase();
  const known = await internalAdapter.findUserByEmail(email, { includeAccounts: true });
  const user =
    known?.user ??
    (await internalAdapter.createUser(
      { email, name: options.name, emailVerified: true },
      COMMAND_SOURCE,
    ));
  if (password !== undefined) {
    const hash = await passwords.hash(password);
    if (known?.accounts.some((account) => account.providerId === 'credential') === true) {
      await internalAdapter.updatePassword(user.id, hash);
    } else {
      await internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: hash,
      });
    }
  }
  return { id: user.id, email, name: user.name, created: known === null };
}

/** A token that signs one person in, once. */
export interface OneTimeSignIn {
  readonly token: string;
  /** Path and query of the page that uses it up: append it to the public address. */
  readonly path: string;
  readonly expiresAt: Date;
}

/**
 * Makes a one-time sign-in for an account.
 *
 * @example
 * const { path } = await createOneTimeSignIn({ catalog, secret, email: 'ada@example.org' });
 * console.log(`http://127.0.0.1:4080${path}`);
 * @throws GatewayError UNKNOWN_USER where nobody has that address.
 */
export async function createOneTimeSignIn(options: {
  readonly catalog: Pick<Catalog, 'prisma' | 'invitations' | 'people'>;
  readonly secret: string;
  readonly email: string;
  /** @default ONE_TIME_SIGN_IN_MINUTES */
  readonly validForMinutes?: number;
}): Promise<OneTimeSignIn> {
  const { internalAdapter } = await openContext(options);
  const known = await internalAdapter.findUserByEmail(options.email.toLowerCase());
  if (known === null) {
    throw new GatewayError(
      'UNKNOWN_USER',
      `Nobody here has the address '${options.email}'; make the account first.`,
    );
  }
  const session = await internalAdapter.createSession(known.user.id);
  const token = randomBytes(24).toString('base64url');
  const minutes = options.validForMinutes ?? ONE_TIME_SIGN_IN_MINUTES;
  const expiresAt = new Date(Date.now() + minutes * 60_000);
  // The record that the one-time-token plugin looks up and consumes; it has no server call that takes a user.
  await internalAdapter.createVerificationValue({
    identifier: `one-time-token:${hashToken(token)}`,
    value: session.token,
    expiresAt,
  });
  return { token, path: `/sign-in?token=${token}`, expiresAt };
}

function openContext(options: {
  readonly catalog: Pick<Catalog, 'prisma' | 'invitations' | 'people'>;
  readonly secret: string;
}) {
  const { catalog, secret } = options;
  return createAuth({ catalog, secret, publicUrl: COMMAND_ORIGIN }).$context;
}
