/** @file `./colloid up`: everything on this machine, until it is told to stop. */

import { build } from '../build.ts';
import { readEnvironment } from '../environment.ts';
import { type Services, startServices } from '../services.ts';
import { say } from '../terminal.ts';

/** Builds, starts everything and stays until interrupted. */
export async function up(): Promise<void> {
  const environment = readEnvironment();
  say('Building…');
  await build();
  const services = await startServices(environment, { say });
  say(`\nColloid runs at ${services.url}\n`);
  say('An address that signs somebody in: ./colloid sign-in you@example.org');
  say('Press Ctrl-C to stop.');
  await untilInterrupted(services);
}

/** Waits for Ctrl-C or a service that is given up; stops everything either way. */
export async function untilInterrupted(services: Services): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  try {
    await Promise.race([interrupted, services.failed]);
    say('Stopping…');
  } finally {
    await services.stop();
  }
}
