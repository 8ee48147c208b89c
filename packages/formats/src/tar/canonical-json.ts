/** @file JSON with one spelling: the same value always gives the same bytes. */
import { FormatError } from '../errors.ts';

/** A value that JSON can hold. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * The value as JSON with the keys of objects sorted and no spaces.
 *
 * @throws FormatError INVALID_ARGUMENT for NaN and infinite numbers, which JSON does not have
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new FormatError('INVALID_ARGUMENT', `JSON has no ${value}; use null or leave it out.`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** `Array.isArray` does not narrow to read-only arrays. */
function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
