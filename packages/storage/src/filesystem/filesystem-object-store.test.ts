import { execFile } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { isStorageError } from '../errors.ts';
import type { StorageError } from '../errors.ts';
import { openObjectStore } from '../open-object-store.ts';
import { describeObjectStore } from '../testing/conformance.ts';
import { filesystemError } from './filesystem-errors.ts';

const PROBE_SCRIPT = fileURLToPath(new URL('../testing/probe-folder.ts', import.meta.url));

let folder = '';

const makeFolder = async (): Promise<void> => {
  folder = await mkdtemp(path.join(tmpdir(), 'colloid-storage-'));
};

const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });

async function failure(action: Promise<unknown>): Promise<StorageError> {
  const error: unknown = await action.then(
    () => new Error('no error'),
    (reason: unknown) => reason,
  );
  if (!isStorageError(error)) throw error;
  return error;
}

describe('the file-system store', () => {
  describeObjectStore(async () => {
    await makeFolder();
    return openObjectStore({ kind: 'filesystem', root: path.join(folder, 'not/yet/there') });
  }, removeFolder);

  describe('on a real disk', () => {
    beforeEach(makeFolder);
    afterEach(removeFolder);

    it('keeps objects for the next process that opens the folder', async () => {
      const first = await openObjectStore({ kind: 'filesystem', root: folder });
      await first.put('a/b', Buffer.from('kept'));
      await first.close();
      const second = await openObjectStore({ kind: 'filesystem', root: folder });
      expect(Buffer.from(await second.get('a/b')).toString()).toBe('kept');
    });

    it('sweeps what a killed writer left over a day ago, and never lists it', async () => {
      const temporary = path.join(folder, '.tmp');
      await mkdir(temporary);
      await writeFile(path.join(temporary, 'old'), 'x');
      await writeFile(path.join(temporary, 'new'), 'x');
      await utimes(path.join(temporary, 'old'), 1, 1);
      const store = await openObjectStore({ kind: 'filesystem', root: folder });
      expect(await readdir(temporary)).toEqual(['new']);
      expect(await store.list('')[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
    });

    it('does not follow a link out of the folder when listing', async () => {
      await symlink('/etc', path.join(folder, 'etc'));
      const store = await openObjectStore({ kind: 'filesystem', root: folder });
      expect(await store.list('')[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
    });

    it('says that a file stands where its folder should be', async () => {
      const file = path.join(folder, 'file');
      await writeFile(file, '');
      const error = await failure(openObjectStore({ kind: 'filesystem', root: file }));
      expect(error.message).toMatch(/ENOTDIR|EEXIST/);
      expect(error.message).toContain('choose another key or data folder');
    });

    it('says that an object stands where a key needs a folder', async () => {
      const store = await openObjectStore({ kind: 'filesystem', root: folder });
      await store.put('a', Buffer.from('x'));
      expect((await failure(store.put('a/b', Buffer.from('x')))).code).toBe('INVALID_KEY');
      await store.put('c/d', Buffer.from('x'));
      expect((await failure(store.put('c', Buffer.from('x')))).code).toBe('INVALID_KEY');
      expect(await readdir(path.join(folder, '.tmp'))).toEqual([]);
    });

    it('says that the folder is not writable for this user', async () => {
      await chmod(folder, 0o555);
      // Root may write everywhere; so the probe runs in a process that gives up being root.
      const { stdout } = await promisify(execFile)(process.execPath, [PROBE_SCRIPT, folder], {
        env: {},
      });
      expect(JSON.parse(stdout)).toEqual({
        code: 'NOT_WRITABLE',
        message: `Cannot use '${folder}' as object store (EACCES): this user may not do that; give the folder to the user that runs Colloid, or choose another data folder.`,
      });
      await chmod(folder, 0o755);
    });

    it.skipIf(process.platform !== 'linux')('says that the disk is full', async () => {
      // The kernel's own ENOSPC, from the device that is always full.
      const handle = await open('/dev/full', 'w');
      const cause: unknown = await handle.writeFile('x').then(
        () => null,
        (error: unknown) => error,
      );
      await handle.close();
      const error = filesystemError(cause, "write '/data/a'", 'a');
      expect(error).toMatchObject({ name: 'StorageError', code: 'NO_SPACE', key: 'a', cause });
      expect(String(error)).toContain('free space or choose a data folder on another disk');
    });
  });
});
