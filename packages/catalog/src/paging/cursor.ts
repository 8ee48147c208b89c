/** @file Cursors: the order key of a row, opaque to whoever carries it. */

/** Values of the columns a list is ordered by. */
export type CursorKey = readonly (string | number | null)[];

/** Writes a key as an opaque word that is safe in a URL. */
export function encodeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Reads a key back; null where the word is no cursor. */
export function decodeCursor(cursor: string): CursorKey | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    // A word that is no JSON was not made by encodeCursor; the caller refuses it by name.
    return null;
  }
  return Array.isArray(value) && value.every(isKeyPart) ? value : null;
}

function isKeyPart(part: unknown): part is string | number | null {
  return part === null || typeof part === 'string' || typeof part === 'number';
}
