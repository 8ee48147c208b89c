/** @file What the names in a source of an import say: which are images, and whose. docs/how-to/import-images.md tells the same to people. */

import type { ImportSource } from '@colloid/catalog';

/** What one name comes to. */
export type NameVerdict =
  /** `identity` is null where a label of the same key has to say it. */
  | { readonly kind: 'image'; readonly identity: string | null; readonly key: string }
  /** What tells the identity of the images with that key. */
  | { readonly kind: 'label'; readonly form: 'json' | 'cls'; readonly key: string }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** Folders' own files and the like, which nobody means to import. */
  | { readonly kind: 'ignored' };

const IMAGE = /\.(png|jpe?g|webp)$/i;
const REFERENCE = /(^|\/)reference\.[^/]*$/i;
/** Control characters, and backslashes, which are separators elsewhere. */
const ODD = /[\p{Cc}\\]/u;
const MOST_NAME = 400;

/** Reads a name by the rules of its source. */
export function readName(source: ImportSource, name: string): NameVerdict {
  const path = name.replace(/^(\.\/)+/, '');
  const segments = path.split('/');
  if (segments.some((part) => /^\.[^.]/.test(part) || part === '__MACOSX')) {
    return { kind: 'ignored' };
  }
  if (segments.some((part) => ['', '.', '..'].includes(part))) {
    return skipped('Its name leads out of the folder, or nowhere; give it a plain one.');
  }
  if (ODD.test(path) || path.length > MOST_NAME) {
    return skipped(
      `Its name has control characters, a backslash, or more than ${MOST_NAME} characters; give it a plain one.`,
    );
  }
  return source === 'FOLDER' ? inFolder(path, segments) : inWebDataset(path, segments);
}

/** What the label of a key says: the text of a .cls, or `identity` of a .json; null where that is no name. */
export function readLabel(form: 'json' | 'cls', bytes: Uint8Array): string | null {
  const text = new TextDecoder().decode(bytes);
  const found = form === 'cls' ? text : identityOf(text);
  const name = found.trim();
  return name === '' || name.length > MOST_NAME || ODD.test(name) ? null : name;
}

/** Whether an image is to be the reference of its identity, by its name. */
export function isReference(name: string): boolean {
  return REFERENCE.test(name);
}

function inFolder(path: string, segments: readonly string[]): NameVerdict {
  if (!IMAGE.test(path)) return skipped(NO_IMAGE);
  const [identity = '', ...rest] = segments;
  if (rest.length === 1) return { kind: 'image', identity, key: path };
  return skipped(
    rest.length === 0
      ? 'It lies in no folder; put it into the folder of its identity.'
      : `It lies ${rest.length} folders deep; put it directly into the folder of its identity.`,
  );
}

/** A key ends at the first dot of the last part of the path, as WebDataset has it. */
function inWebDataset(path: string, segments: readonly string[]): NameVerdict {
  const last = segments.at(-1) ?? '';
  const dot = last.indexOf('.');
  const extension = dot < 0 ? '' : last.slice(dot + 1).toLowerCase();
  const key = path.slice(0, path.length - (dot < 0 ? 0 : last.length - dot));
  if (extension === 'json' || extension === 'cls') return { kind: 'label', form: extension, key };
  if (!IMAGE.test(last)) return skipped(NO_IMAGE);
  return { kind: 'image', identity: segments.slice(0, -1).join('/') || null, key };
}

const NO_IMAGE = 'It is no PNG, JPEG or WebP file; leave it out.';

function skipped(reason: string): NameVerdict {
  return { kind: 'skipped', reason };
}

function identityOf(text: string): string {
  try {
    const { identity } = Object(JSON.parse(text)) as { readonly identity?: unknown };
    return typeof identity === 'string' || Number.isInteger(identity) ? String(identity) : '';
  } catch {
    // No JSON says no identity, and its image is told to have none.
    return '';
  }
}
