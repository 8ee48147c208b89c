/** @file The embedded PostgreSQL: one call to have a database under a data folder. */

import { mkdir, access, constants } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { withConnection } from '../database/connect.ts';
import { findBinaries, findPreloads } from './binaries.ts';
import { CLUSTER_USER, clusterPaths, prepareCluster } from './cluster.ts';
import { folderError, isEmbeddedPostgresError } from './errors.ts';
import { claimPort } from './free-port.ts';
import { clearLockFile } from './lock-file.ts';
import { clusterOwner, planLaunch } from './run-as.ts';
import { startServer } from './server-process.ts';

/** A database server of our own. */
export interface EmbeddedPostgres {
  /** postgresql://colloid:…@127.0.0.1:port/colloid */
  readonly databaseUrl: string;
  readonly port: number;
  /** Shuts the server down; what was committed is on disk. Can be called again. */
  stop(): Promise<void>;
  /** Resolves when the server has ended, also where nobody asked it to. */
  readonly ended: Promise<void>;
}

/** Where and how to run it. */
export interface EmbeddedPostgresOptions {
  /** Folder that belongs to the server alone; made where it is missing. */
  readonly dataDir: string;
  /** @default any free port */
  readonly port?: number | undefined;
  /** Server settings before those of {@link settingsFor} and PostgreSQL's own, such as { fsync: 'off' }. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Lines of the server's log. */
  readonly onLog?: ((line: string) => void) | undefined;
}

/** Attempts to find a port that is still free when the server comes to it. */
const PORT_ATTEMPTS = 3;

/**
 * Starts PostgreSQL on `dataDir`, making the cluster and its database the first time, and recovering after a crash.
 * The server ends with this process, however that ends.
 *
 * @throws EmbeddedPostgresError NOT_WRITABLE, DISK_FULL, PORT_TAKEN, FOLDER_UNREACHABLE, ALREADY_RUNNING, VERSION_MISMATCH, UNSUPPORTED_PLATFORM, START_FAILED
 * @example
 * const server = await startEmbeddedPostgres({ dataDir: 'data/postgres' });
 * await migrate({ databaseUrl: server.databaseUrl });
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { onLog = () => undefined } = options;
  const dataDir = resolve(options.dataDir);
  const { initdb, postgres } = await findBinaries();
  const settings: Readonly<Record<string, string>> = {
    ...settingsFor(totalmem()),
    shared_preload_libraries: (await findPreloads(postgres)).join(','),
    ...options.settings,
  };
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw folderError(dataDir, error);
  }
  const owner = await clusterOwner();
  const launch = await planLaunch(owner, [dataDir, dirname(postgres)]);
  const password = await prepareCluster({
    dataDir,
    initdb,
    owner,
    launch,
    isDurable: settings['fsync'] !== 'off',
  });
  const { cluster } = clusterPaths(dataDir);
  await clearLockFile(cluster);

  for (let attempt = 1; ; attempt += 1) {
    const port = await claimPort(options.port ?? 0);
    try {
      const server = await startServer({ postgres, cluster, port, settings, launch, onLog });
      const address = (database: string): string =>
        `postgresql://${CLUSTER_USER}:${password}@127.0.0.1:${port}/${database}`;
      try {
        await makeDatabase(address('postgres'));
      } catch (error) {
        // Nobody would have it, and it would keep the folder from the next start.
        await server.stop();
        throw error;
      }
      return { databaseUrl: address(CLUSTER_USER), port, ...server };
    } catch (error) {
      const isChosen = options.port !== undefined && options.port !== 0;
      if (isChosen || attempt === PORT_ATTEMPTS || !isEmbeddedPostgresError(error, 'PORT_TAKEN')) {
        throw error;
      }
    }
  }
}

/**
 * What PostgreSQL would otherwise assume of a machine of long ago: that only 128 MB of a table stay in memory, and that a row in
 * the middle of it costs as much as four on the way. Half of that: a table of millions that lies in memory is still read faster
 * from its beginning to its end than by an index in another order. Memory for its pages is taken as they are read.
 *
 * @param memoryBytes of the machine
 */
export function settingsFor(memoryBytes: number): Readonly<Record<string, string>> {
  const megabytes = memoryBytes / 1024 ** 2;
  const shared = Math.round(Math.min(1024, Math.max(128, megabytes / 8)));
  return {
    shared_buffers: `${shared}MB`,
    effective_cache_size: `${Math.round(Math.max(256, megabytes / 2))}MB`,
    random_page_cost: '2',
    work_mem: '16MB',
  };
}

function makeDatabase(maintenanceUrl: string): Promise<void> {
  return withConnection(maintenanceUrl, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
      CLUSTER_USER,
    ]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${CLUSTER_USER}`);
  });
}
