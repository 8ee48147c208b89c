/** @file Reads values that travel as JSON: whatever is missing or of another kind becomes nothing. Never throws. */

/** An object's fields; none for anything else. */
export function record(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : {};
}

/** A list's items; none for anything else. */
export function list(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}

/** A finite number. */
export function figure(json: unknown): number | null {
  return typeof json === 'number' && Number.isFinite(json) ? json : null;
}

/** A text. */
export function text(json: unknown): string | null {
  return typeof json === 'string' ? json : null;
}
