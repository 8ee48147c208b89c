/** @file Checks of the names people give things. */

import { CatalogError } from './errors.ts';

const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;

/** @throws CatalogError INVALID unless `slug` can stand in an address. */
export function checkSlug(slug: string, path: readonly string[] = ['slug']): void {
  if (SLUG.test(slug)) return;
  throw new CatalogError(
    'INVALID',
    `'${slug}' cannot be part of an address; use 1 to 64 lower-case letters, digits and hyphens, with a letter or digit at both ends.`,
    { path },
  );
}

/** @throws CatalogError INVALID unless the trimmed text has 1 to `max` characters. Returns it trimmed. */
export function checkText(text: string, field: string, max = 200): string {
  const trimmed = text.trim();
  if (trimmed.length >= 1 && trimmed.length <= max) return trimmed;
  throw new CatalogError(
    'INVALID',
    `'${field}' has ${trimmed.length} characters; give it 1 to ${max}.`,
    { path: [field] },
  );
}

/** @throws CatalogError INVALID where the text has more than `max` characters. */
export function checkLength(text: string, field: string, max: number): string {
  if (text.length <= max) return text;
  throw new CatalogError(
    'INVALID',
    `'${field}' has ${text.length} characters; shorten it to ${max}.`,
    { path: [field] },
  );
}

/** @throws CatalogError INVALID unless the text looks like an e-mail address. Returns it trimmed, in lower case. */
export function checkEmail(text: string): string {
  const email = text.trim().toLowerCase();
  if (EMAIL.test(email)) return email;
  throw new CatalogError(
    'INVALID',
    `'${email}' is no e-mail address; give one such as ada@example.org.`,
    { path: ['email'] },
  );
}
