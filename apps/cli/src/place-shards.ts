/** @file Puts the shards of a run where people look for them, in place of those of an earlier run into the same folder. */

import { copyFile, link, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { RunOutput } from '@colloid/pipeline';

import { DATASET_FILE, type ShardNote } from './dataset-folder.ts';

/** Where the stages of a run keep what they made, inside the folder of the dataset. */
export const WORK_FOLDER = '.work';

const FOLDERS = { images: 'tar', latents: 'npy', embeddings: 'npy' } as const;

/**
 * The shards' files under their numbers, and what `dataset.json` says of them. That file goes first and is the caller's to write last, so
 * that it never lies beside shards that are not its own.
 */
export async function placeShards(
  out: string,
  shards: RunOutput['shards'],
): Promise<readonly ShardNote[]> {
  await rm(join(out, DATASET_FILE), { force: true });
  const notes: ShardNote[] = [];
  for (const shard of shards) {
    const number = String(shard.ordinal).padStart(5, '0');
    const note = {
      images: `images/${number}.tar`,
      latents: `latents/${number}.npy`,
      embeddings: `embeddings/${number}.npy`,
      digest: shard.images.digest,
      firstIdentity: shard.firstIdentity,
      identities: shard.identities,
      samples: shard.samples,
    } satisfies ShardNote;
    for (const kind of ['images', 'latents', 'embeddings'] as const)
      await place(join(out, WORK_FOLDER, shard[kind].key), join(out, note[kind]));
    notes.push(note);
  }
  for (const kind of ['images', 'latents', 'embeddings'] as const) {
    const kept = new Set(notes.map((note) => basename(note[kind] ?? '')));
    const isShard = new RegExp(`^\\d{5,}\\.${FOLDERS[kind]}$`);
    for (const name of await readdir(join(out, kind)))
      if (isShard.test(name) && !kept.has(name)) await rm(join(out, kind, name));
  }
  return notes;
}

/** The same bytes under a second name, whatever was there before; a copy where the file system has no hard links. */
export async function place(from: string, to: string): Promise<void> {
  const beside = `${to}.new`;
  await rm(beside, { force: true });
  await link(from, beside).catch(() => copyFile(from, beside));
  await rename(beside, to);
  // Renaming one name of a file to another of the same file does nothing.
  await rm(beside, { force: true });
}
