/** @file `./colloid users reset-password EMAIL`: an address at which somebody sets a new password. */

import { openCatalog } from '@colloid/catalog';
import { issueResetAsOperator, PASSWORD_RESET_MINUTES } from '@colloid/gateway';

import { readEnvironment } from '../../environment.ts';
import { findRunning } from '../../running.ts';
import { say } from '../../terminal.ts';

/** Prints the address, the only thing on standard output. */
export async function resetPassword(email: string): Promise<void> {
  const { url, databaseUrl } = await findRunning(readEnvironment().dataFolder);
  const catalog = await openCatalog({ databaseUrl });
  try {
    const { path } = await issueResetAsOperator(catalog, email);
    say(
      `At this address ${email} sets a new password, within ${PASSWORD_RESET_MINUTES} minutes; it ends their sessions:`,
    );
    process.stdout.write(`${url}${path}\n`);
  } finally {
    await catalog.close();
  }
}
