/** @file Probe a folder as object store and print the error as JSON; run as another user by a test. */
import { isStorageError } from '../errors.ts';
import { openObjectStore } from '../open-object-store.ts';

try {
  const store = await openObjectStore({ kind: 'filesystem', root: process.argv[2] ?? '' });
  await store.probe();
  process.stdout.write(JSON.stringify({ code: null }));
} catch (error) {
  if (!isStorageError(error)) throw error;
  process.stdout.write(JSON.stringify({ code: error.code, message: error.message }));
}
