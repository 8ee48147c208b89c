/** @file The files of a cluster: made once, owned by whoever PostgreSQL runs as. */

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EmbeddedPostgresError,
  diskFull,
  folderError,
  reasonLine,
  saysDiskFull,
} from './errors.ts';
import type { Launch, SystemUser } from './run-as.ts';

/** The only user of the cluster, and its database. */
export const CLUSTER_USER = 'colloid';

/** Where the parts of an embedded server lie under its data folder. */
export function clusterPaths(dataDir: string): {
  readonly cluster: string;
  readonly draft: string;
  readonly password: string;
} {
  return {
    cluster: join(dataDir, 'cluster'),
    draft: join(dataDir, 'cluster.new'),
    password: join(dataDir, 'password'),
  };
}

/** Environment of PostgreSQL's programs: nothing of ours, and messages in the language they are searched in. */
export const PROGRAM_ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Makes sure that the folder holds a cluster of this version. Returns the password of its user. */
export async function prepareCluster(options: {
  readonly dataDir: string;
  readonly initdb: string;
  readonly owner: SystemUser | null;
  readonly launch: Launch;
  /** Whether the files must be on disk before the server starts; takes some seconds. */
  readonly isDurable: boolean;
}): Promise<string> {
  const { dataDir, owner } = options;
  const paths = clusterPaths(dataDir);
  try {
    const version = await readIfThere(join(paths.cluster, 'PG_VERSION'));
    const known = await readIfThere(paths.password);
    if (version !== null && known !== null) {
      checkVersion(dataDir, version.trim());
      return known.trim();
    }
    if (version !== null) {
      throw new EmbeddedPostgresError(
        'START_FAILED',
        `The database in '${dataDir}' has lost its file '${paths.password}'; put it back from a backup, or move the folder away to begin with an empty database.`,
      );
    }
    // A draft is what an interrupted start left; the folder gets its name only when it is complete.
    await rm(paths.draft, { recursive: true, force: true });
    await mkdir(paths.draft, { mode: 0o700 });
    const password = randomBytes(24).toString('base64url');
    await writeFile(paths.password, `${password}\n`, { mode: 0o600 });
    if (owner !== null) {
      await chown(paths.draft, owner.uid, owner.gid);
      await chown(paths.password, owner.uid, owner.gid);
    }
    await initialise(options);
    await rename(paths.draft, paths.cluster);
    return password;
  } catch (error) {
    throw folderError(dataDir, error);
  }
}

function initialise({
  dataDir,
  initdb,
  launch,
  isDurable,
}: {
  readonly dataDir: string;
  readonly initdb: string;
  readonly launch: Launch;
  readonly isDurable: boolean;
}): Promise<void> {
  const paths = clusterPaths(dataDir);
  const [command = '', ...args] = [
    ...launch.prefix,
    initdb,
    `--pgdata=${paths.draft}`,
    `--username=${CLUSTER_USER}`,
    `--pwfile=${paths.password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order of text on every machine, whatever its libraries.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(isDurable ? [] : ['--no-sync']),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...launch.user,
      cwd: '/',
      env: PROGRAM_ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else if (saysDiskFull(output)) reject(diskFull(dataDir));
      else {
        reject(
          new EmbeddedPostgresError(
            'START_FAILED',
            `The database in '${dataDir}' could not be made: ${reasonLine(output)}`,
          ),
        );
      }
    });
  });
}

function checkVersion(dataDir: string, version: string): void {
  if (version === MAJOR_VERSION) return;
  throw new EmbeddedPostgresError(
    'VERSION_MISMATCH',
    `The database in '${dataDir}' was made by PostgreSQL ${version}, and this Colloid brings ${MAJOR_VERSION}; export it with the Colloid that made it, or use another data folder.`,
  );
}

/** Major version of the PostgreSQL that the package brings. */
const MAJOR_VERSION = '18';

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
