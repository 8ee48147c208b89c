/** @file As whom PostgreSQL runs: it refuses root, so root lends it to the system user `postgres`. */

import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './errors.ts';

const run = promisify(execFile);
const USER = 'postgres';

/** A user and group of the system. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/** How to start a program: before its path, and as whom. */
export interface Launch {
  /** Program and arguments to put before the command; may be empty. */
  readonly prefix: readonly string[];
  /** For `spawn`; the prefix changes the user where this is null. */
  readonly user: SystemUser | null;
}

/** Whose the cluster's files are: null means whoever runs this process. Makes the user `postgres` where root has none. @throws EmbeddedPostgresError START_FAILED */
export async function clusterOwner(): Promise<SystemUser | null> {
  if (process.getuid?.() !== 0) return null;
  const found = await findUser();
  if (found !== null) return found;
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', USER]);
  } catch (error) {
    throw new EmbeddedPostgresError(
      'START_FAILED',
      `PostgreSQL does not run as root, and the system user '${USER}' could not be made for it; add that user, start Colloid as another user than root, or set DATABASE_URL.`,
      error,
    );
  }
  const made = await findUser();
  if (made !== null) return made;
  throw new EmbeddedPostgresError(
    'START_FAILED',
    `The system user '${USER}' was made for PostgreSQL but cannot be found; start Colloid as another user than root, or set DATABASE_URL.`,
  );
}

/**
 * How `owner` can reach all of `paths`. Where folders on the way are closed to them (root's home, a folder made by
 * mktemp), they get the capability to read and pass through closed folders for this one program, and nothing of the
 * folders is changed.
 *
 * @throws EmbeddedPostgresError FOLDER_UNREACHABLE naming the closed folder, where the system cannot lend the capability
 */
export async function planLaunch(
  owner: SystemUser | null,
  paths: readonly string[],
): Promise<Launch> {
  if (owner === null) return { prefix: [], user: null };
  const closed = await findClosedFolder(owner, paths);
  if (closed === null) return { prefix: [], user: owner };
  // Containers often have only the second of these; either suffices to pass through.
  for (const capability of ['dac_read_search', 'dac_override']) {
    const prefix = [
      'setpriv',
      `--reuid=${owner.uid}`,
      `--regid=${owner.gid}`,
      '--clear-groups',
      // Without this bit the kernel leaves capabilities out of access(2), by which initdb looks for its companions.
      '--securebits=+no_setuid_fixup',
      `--inh-caps=+${capability}`,
      `--ambient-caps=+${capability}`,
      '--',
    ];
    if (await works([...prefix, 'test', '-r', closed, '-a', '-x', closed])) {
      return { prefix, user: null };
    }
  }
  throw new EmbeddedPostgresError(
    'FOLDER_UNREACHABLE',
    `The database runs as the system user '${USER}', because PostgreSQL refuses root, and that user may not pass through '${closed}'; use a data folder elsewhere (such as /var/lib/colloid), open it with 'chmod o+x ${closed}', or set DATABASE_URL.`,
  );
}

async function findUser(): Promise<SystemUser | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', USER]), run('id', ['-g', USER])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    // `id` fails where there is no such user; the caller makes one.
    return null;
  }
}

async function findClosedFolder(
  owner: SystemUser,
  paths: readonly string[],
): Promise<string | null> {
  const folders = new Set(paths.flatMap(withParents));
  for (const folder of folders) {
    const { mode, uid, gid } = await stat(folder);
    const shift = uid === owner.uid ? 6 : gid === owner.gid ? 3 : 0;
    if (((mode >> shift) & 0o1) === 0) return folder;
  }
  return null;
}

/** A folder and all above it, the highest first. */
function withParents(path: string): string[] {
  const folder = resolve(path);
  const parent = dirname(folder);
  return parent === folder ? [folder] : [...withParents(parent), folder];
}

async function works([command, ...args]: readonly string[]): Promise<boolean> {
  try {
    await run(command ?? '', args);
    return true;
  } catch {
    // No such program or no such capability here: the caller tries the next way.
    return false;
  }
}
