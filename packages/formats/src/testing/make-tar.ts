/** @file Writes tar files for tests, with whatever a tar may hold. */
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';

/** Something in the tar: the bytes of a file, or another kind of entry by its header. */
export interface TarContent extends Partial<Header> {
  readonly name: string;
  readonly bytes?: Uint8Array | string;
}

/** The tar of these entries, in this order. */
export async function makeTar(entries: readonly TarContent[]): Promise<Uint8Array> {
  const tar = pack();
  for (const { bytes, ...header } of entries) {
    tar.entry({ mtime: new Date(0), ...header }, Buffer.from(bytes ?? ''));
  }
  tar.finalize();
  return Buffer.concat(await Array.fromAsync(tar as AsyncIterable<Uint8Array>));
}
