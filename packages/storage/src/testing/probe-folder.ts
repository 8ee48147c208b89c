/**
 * @file Probe a folder as object store and print the error as JSON. Started by root it becomes the user `nobody` first: after its modules
 * are loaded, since `nobody` may have no way to where they lie.
 */
import { isStorageError } from '../errors.ts';
import { openObjectStore } from '../open-object-store.ts';

const NOBODY = 65_534;

if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}

try {
  const store = await openObjectStore({ kind: 'filesystem', root: process.argv[2] ?? '' });
  await store.probe();
  process.stdout.write(JSON.stringify({ code: null }));
} catch (error) {
  if (!isStorageError(error)) throw error;
  process.stdout.write(JSON.stringify({ code: error.code, message: error.message }));
}
