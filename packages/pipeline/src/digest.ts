/** @file Names for inputs: the SHA-256 of a canonical JSON text. */

import { canonicalJson, type JsonValue } from '@colloid/formats';
import { sha256 } from '@colloid/storage';

/** A value that JSON can hold; numbers are finite. */
export type Json = JsonValue;

/** SHA-256 of the value's canonical JSON text, in hexadecimal: equal values have equal digests. */
export function digestOf(value: Json): string {
  return sha256(new TextEncoder().encode(canonicalJson(value)));
}

/** A plain object as JSON keeps it, for interfaces that TypeScript does not take for JSON by themselves. */
export function toJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
