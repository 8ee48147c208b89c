/** @file Recipes that name their parameters as the authors' command lines do: `repulsion_radius`, `--repulsion-radius`. */

import { REFERENCE_TABLES, VARIATION_TABLES } from './parameter-table.ts';

/** What is wrong with one name. */
export interface OptionProblem {
  readonly path: readonly string[];
  readonly message: string;
}

const TABLES: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  references: REFERENCE_TABLES,
  variations: VARIATION_TABLES,
};

/**
 * The document with the parameters of both stages under Colloid's names. What is no document of a recipe is returned as it is: the
 * schema says what is wrong with it.
 */
export function readAuthorsOptions(document: unknown): {
  readonly document: unknown;
  readonly problems: readonly OptionProblem[];
} {
  if (!isObject(document)) return { document, problems: [] };
  const problems: OptionProblem[] = [];
  const read = { ...document };
  for (const [stage, tables] of Object.entries(TABLES)) {
    const written = document[stage];
    if (!isObject(written) || !isObject(written['parameters'])) continue;
    const algorithm = String(written['algorithm']);
    const known = Object.keys(tables[algorithm] ?? {});
    const parameters: Record<string, unknown> = {};
    for (const [option, value] of Object.entries(written['parameters'])) {
      const name = colloidName(option);
      const path = [stage, 'parameters', option];
      if (Object.hasOwn(parameters, name)) {
        problems.push({ path, message: `gives ${name} a second time; keep one of the two` });
      } else if (known.length > 0 && !known.includes(name)) {
        const message = `is no parameter of ${algorithm}; it has ${known.join(', ')}`;
        problems.push({ path, message });
      } else parameters[name] = value;
    }
    read[stage] = { ...written, parameters };
  }
  return { document: read, problems };
}

/** `--repulsion_radius`, `repulsion-radius` and `repulsionRadius` alike as `repulsionRadius`. */
function colloidName(option: string): string {
  return option
    .replace(/^--/, '')
    .replace(/[_-]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
