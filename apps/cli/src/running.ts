/** @file What `./colloid up` leaves in the data folder while it runs, so that other commands find it. */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { CliError } from './errors.ts';

const ZRunning = z.object({ url: z.url(), databaseUrl: z.url(), secret: z.string() });

/** Addresses and the secret of a running Colloid. */
export type Running = z.infer<typeof ZRunning>;

const fileIn = (dataFolder: string): string => join(dataFolder, 'running.json');

/** Writes the note, readable by its owner only; the returned function removes it. */
export async function noteRunning(
  dataFolder: string,
  running: Running,
): Promise<() => Promise<void>> {
  await writeFile(fileIn(dataFolder), `${JSON.stringify(running)}\n`, { mode: 0o600 });
  return () => rm(fileIn(dataFolder), { force: true });
}

/** @throws {CliError} `SERVICE_FAILED` when nothing runs on the data folder. */
export async function findRunning(dataFolder: string): Promise<Running> {
  try {
    return ZRunning.parse(JSON.parse(await readFile(fileIn(dataFolder), 'utf8')));
  } catch (cause) {
    throw new CliError(
      'SERVICE_FAILED',
      `Nothing runs on ${dataFolder}; start it with ./colloid up, or name its folder with COLLOID_DATA.`,
      { cause },
    );
  }
}
