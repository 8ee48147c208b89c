/** @file The catalog and the object store of this installation, for commands that work beside `./colloid up` or without it. */

import { type Catalog, migrate, openCatalog } from '@colloid/catalog';
import { startEmbeddedPostgres } from '@colloid/catalog/embedded';
import { objectStoreConfig } from '@colloid/pipeline';
import { type ObjectStore, openObjectStore } from '@colloid/storage';

import { claimDataFolder, prepareDataFolder } from './data-folder.ts';
import type { CliEnvironment } from './environment.ts';
import { CliError } from './errors.ts';
import { findRunning } from './running.ts';

export interface Installation extends AsyncDisposable {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
  readonly databaseUrl: string;
}

/**
 * Opens what runs on the data folder; where nothing runs, the database of DATABASE_URL, or the embedded one for as long as the
 * installation is open.
 *
 * @throws {CliError} and the typed errors of database and storage, each a sentence with a remedy.
 */
export async function openInstallation(environment: CliEnvironment): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const databaseUrl = await findDatabase(environment, stack);
  const catalog = await openCatalog({ databaseUrl });
  stack.defer(() => catalog.close());
  const store = await openObjectStore(objectStoreConfig(environment));
  stack.defer(() => store.close());
  await store.probe();
  const opened = stack.move();
  return { catalog, store, databaseUrl, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function findDatabase(
  environment: CliEnvironment,
  stack: AsyncDisposableStack,
): Promise<string> {
  const running = await findRunning(environment.dataFolder).catch((error: unknown) => {
    if (error instanceof CliError && error.code === 'SERVICE_FAILED') return null;
    throw error;
  });
  if (running !== null) return running.databaseUrl;
  if (environment.DATABASE_URL !== undefined) {
    await migrate({ databaseUrl: environment.DATABASE_URL });
    return environment.DATABASE_URL;
  }
  const folder = await prepareDataFolder(environment.dataFolder);
  stack.defer(await claimDataFolder(folder.path));
  const database = await startEmbeddedPostgres({ dataDir: folder.database });
  stack.defer(() => database.stop());
  await migrate({ databaseUrl: database.databaseUrl });
  return database.databaseUrl;
}
