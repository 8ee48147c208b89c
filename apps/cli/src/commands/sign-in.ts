/** @file `./colloid sign-in EMAIL`: an account, and an address that signs it in once. */

import { openCatalog } from '@colloid/catalog';
import { createOneTimeSignIn, ensureUser, ONE_TIME_SIGN_IN_MINUTES } from '@colloid/gateway';

import { readEnvironment } from '../environment.ts';
import { findRunning } from '../running.ts';
import { say } from '../terminal.ts';

/** Makes the account where it is missing and prints the address, the only thing on standard output. */
export async function signIn(email: string, { name }: { readonly name?: string }): Promise<void> {
  const { url, databaseUrl, secret } = await findRunning(readEnvironment().dataFolder);
  const catalog = await openCatalog({ databaseUrl });
  try {
    const fallback = email.split('@')[0] ?? email;
    const user = await ensureUser({ catalog, secret, email, name: name ?? fallback });
    if (user.created) say(`Made an account for ${user.email}.`);
    const { path } = await createOneTimeSignIn({ catalog, secret, email });
    say(`This address signs ${user.email} in once, within ${ONE_TIME_SIGN_IN_MINUTES} minutes:`);
    process.stdout.write(`${url}${path}\n`);
  } finally {
    await catalog.close();
  }
}
