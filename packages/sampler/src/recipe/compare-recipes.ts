/** @file What two recipes differ in, value by value. */

import { REFERENCE_TABLES, VARIATION_TABLES } from './parameter-table.ts';
import type { ParameterInfo, ParameterTable } from './parameter-info.ts';

/** One value of two recipes. */
export interface RecipeDifference {
  /** Where it stands, with dots: `references.parameters.timestep`. */
  readonly path: string;
  /** Its value; null where that recipe has no such value. A latent length stays the object that it is. */
  readonly before: unknown;
  readonly after: unknown;
  readonly isSame: boolean;
  /** Unit of the number, of either side; null where it has none. */
  readonly unit: string | null;
  /** Letter in the published algorithms; null where it has none. */
  readonly symbol: string | null;
}

/** What the tables say of a path; algorithms that share a name share its meaning. */
const INFO: ReadonlyMap<string, ParameterInfo> = new Map([
  ...entries('references', REFERENCE_TABLES),
  ...entries('variations', VARIATION_TABLES),
]);

/** Those no algorithm owns. */
const OWN_UNITS: ReadonlyMap<string, string> = new Map([
  ['identities', 'identities'],
  ['batchSize', 'images'],
]);

/**
 * Every value of either recipe, in the order of the first one, then what only the second has. The documents are taken as they are
 * stored, with their defaults filled in.
 *
 * @example compareRecipes({ seed: 0 }, { seed: 1 }) // [{ path: 'seed', before: 0, after: 1, isSame: false, unit: null, symbol: null }]
 */
export function compareRecipes(before: unknown, after: unknown): readonly RecipeDifference[] {
  const [from, to] = [new Map(leaves(before, '')), new Map(leaves(after, ''))];
  const paths = [...new Set([...from.keys(), ...to.keys()])];
  return paths.map((path) => {
    const [one, other] = [from.get(path) ?? null, to.get(path) ?? null];
    const info = INFO.get(path);
    const unit = info?.unit === 'none' ? null : info?.unit;
    return {
      path,
      before: one,
      after: other,
      isSame: canonical(one) === canonical(other),
      unit: unit ?? OWN_UNITS.get(path) ?? null,
      symbol: info === undefined || info.symbol === '' ? null : info.symbol,
    };
  });
}

/** Values with their places; a latent length and a list are one value. Null is a value too, so that 'none' can be told from 'some'. */
function leaves(value: unknown, path: string): [string, unknown][] {
  if (!isObject(value) || 'meanDistances' in value) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) =>
    leaves(inner, path === '' ? key : `${path}.${key}`),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equal for values that mean the same; lists and lengths have one way of being written. */
function canonical(value: unknown): string {
  return JSON.stringify(value);
}

function* entries(
  stage: 'references' | 'variations',
  tables: Readonly<Record<string, ParameterTable<Record<string, unknown>>>>,
): Generator<[string, ParameterInfo]> {
  for (const table of Object.values(tables)) {
    for (const info of Object.values<ParameterInfo>(table)) {
      yield [`${stage}.parameters.${info.name}`, info];
    }
  }
}
