/** @file HDF5 files on disk, opened and closed around a piece of work; every fault of the library becomes a FormatError. */
import { rm } from 'node:fs/promises';

import type { Dataset, File, Group, h5wasm } from 'h5wasm/node';

import { FormatError } from '../errors.ts';

type Library = typeof h5wasm;

let loaded: Promise<Library> | undefined;

/** The library is 4 MB of WebAssembly: it is loaded when the first file is opened. */
function library(): Promise<Library> {
  loaded ??= import('h5wasm/node').then(async ({ h5wasm: opened }) => {
    const hdf5 = await opened.ready;
    // Without it HDF5 prints its error stack and returns a file that is none.
    hdf5.activate_throwing_error_handler();
    return opened;
  });
  return loaded;
}

/** Creates the file, replacing one that is there, and removes it where `fill` fails. */
export async function createHdf5(
  path: string,
  fill: (file: File) => Promise<void> | void,
): Promise<void> {
  const { File } = await library();
  const file = attempt(`The HDF5 file ${path} cannot be written`, () => new File(path, 'w'));
  try {
    try {
      await fill(file);
    } finally {
      attempt(`The HDF5 file ${path} cannot be written`, () => file.close());
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Opens the file for reading. The caller closes it. @throws FormatError INVALID_HDF5 */
export async function openHdf5(path: string): Promise<File> {
  const { File } = await library();
  return attempt(`${path} is no HDF5 file that can be read`, () => new File(path, 'r'));
}

/** Names in the group, sorted. */
export function namesOf(group: Group): readonly string[] {
  return attempt(`The group '${group.path}' cannot be listed`, () => group.keys()).toSorted();
}

/** @throws FormatError INVALID_HDF5 where there is none */
export function requireGroup(parent: Group, name: string): Group {
  const found = attempt(`'${place(parent, name)}' cannot be read`, () => parent.get(name));
  if (found !== null && 'keys' in found) return found;
  throw invalid(`'${place(parent, name)}' is no group`);
}

/** The numbers of a floating-point dataset as float32, or null where the group has no such dataset. */
export function floatsOf(parent: Group, name: string): Float32Array | null {
  const at = place(parent, name);
  const found = attempt(`'${at}' cannot be read`, () =>
    parent.keys().includes(name) ? parent.get(name) : null,
  );
  if (found === null) return null;
  if (!isDataset(found)) throw invalid(`'${at}' is no dataset`);
  const value = attempt(`'${at}' cannot be read`, () => found.value);
  if (value instanceof Float32Array) return value.slice();
  if (value instanceof Float64Array) return Float32Array.from(value);
  throw invalid(`'${at}' holds no floating-point numbers`);
}

/** An attribute's text or number, or null where there is none. */
export function attributeOf(group: Group, name: string): string | number | null {
  const value = attempt(`The attributes of '${group.path}' cannot be read`, () =>
    name in group.attrs ? group.get_attribute(name, true) : null,
  );
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** Writes float32 numbers of this shape. */
export function putFloats(
  group: Group,
  name: string,
  { data, shape }: { readonly data: Float32Array; readonly shape: readonly number[] },
): void {
  attempt(`'${place(group, name)}' cannot be written`, () =>
    group.create_dataset({ name, data, shape: [...shape], dtype: '<f4' }),
  );
}

/** Runs a call of the library; what it throws becomes the cause of a FormatError. */
export function attempt<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw new FormatError('INVALID_HDF5', `${what} (${reasonOf(cause)}).`, cause);
  }
}

/** A refusal of what the file holds. */
export function invalid(what: string): FormatError {
  return new FormatError('INVALID_HDF5', `${what}; write it as the authors' package does.`);
}

function isDataset(entity: object): entity is Dataset {
  return 'slice' in entity && 'shape' in entity;
}

function place(parent: Group, name: string): string {
  return parent.path === '/' ? `/${name}` : `${parent.path}/${name}`;
}

/** HDF5 prints a stack of what failed within what; its last line is the cause. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const reasons = [...text.matchAll(/minor: (.+)/g)];
  const reason = reasons.at(-1)?.[1] ?? text.split('\n')[0] ?? '';
  return reason.trim().replace(/\.$/, '');
}
