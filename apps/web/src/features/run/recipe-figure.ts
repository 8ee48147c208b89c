/** @file Reads one figure out of a recipe document, which travels as JSON. */

/** The number at a dotted path, or null. */
export function recipeFigure(definition: unknown, path: string): number | null {
  let at: unknown = definition;
  for (const key of path.split('.')) {
    if (typeof at !== 'object' || at === null) return null;
    at = (at as Record<string, unknown>)[key];
  }
  return typeof at === 'number' ? at : null;
}
