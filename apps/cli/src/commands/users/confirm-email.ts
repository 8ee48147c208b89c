/** @file `./colloid users confirm-email EMAIL`: an address at which somebody confirms the e-mail address that they asked for. */

import { EMAIL_CONFIRMATION_MINUTES, openCatalog } from '@colloid/catalog';
import { issueEmailConfirmationAsOperator } from '@colloid/gateway';

import { readEnvironment } from '../../environment.ts';
import { findRunning } from '../../running.ts';
import { say } from '../../terminal.ts';

/** Prints the address, the only thing on standard output. */
export async function confirmEmail(current: string): Promise<void> {
  const { url, databaseUrl } = await findRunning(readEnvironment().dataFolder);
  const catalog = await openCatalog({ databaseUrl });
  try {
    const { path, email } = await issueEmailConfirmationAsOperator(catalog, current);
    say(
      `Send this to ${email}: opened there within ${EMAIL_CONFIRMATION_MINUTES / 60} hours, signed in as ${current}, it makes that the address of the account:`,
    );
    process.stdout.write(`${url}${path}\n`);
  } finally {
    await catalog.close();
  }
}
