/** @file Identities that somebody picked: as a part of an address, and as conditions of a query. Pure. */
import type { SampleWhere } from '@/generated/graphql.ts';
import { readPlace, writePlace } from '@/lib/identity-place.ts';

/** An identity by its number; without a run it is that of every run of the version. */
export interface ChosenIdentity {
  readonly runNumber: number | null;
  readonly ordinal: number;
}

/** `0,7`, or `r1-0,r3-7`; null where a part is neither. */
export function readChosen(text: string): readonly ChosenIdentity[] | null {
  if (text === '') return [];
  const places = text.split(',').map(readPlace);
  const read = places.filter((place) => place !== null);
  return read.length === places.length ? read : null;
}

/** One of them as addresses and captions have it. */
export function writeOne({ runNumber, ordinal }: ChosenIdentity): string {
  return runNumber === null ? String(ordinal) : writePlace({ runNumber, ordinal });
}

/** The conditions that leave only these: a list of numbers, or one condition on runs and their numbers. */
export function toConditions(
  chosen: readonly ChosenIdentity[],
): Pick<SampleWhere, 'identityOrdinals'> & { readonly and: SampleWhere[] } {
  const byRun = Map.groupBy(chosen, ({ runNumber }) => runNumber);
  const choices = [...byRun].map(([run, places]): SampleWhere => {
    const ordinals = places.map(({ ordinal }) => ordinal);
    return run === null ? { identityOrdinals: ordinals } : { identity: { runs: [run], ordinals } };
  });
  const [first] = choices;
  if (first === undefined) return { and: [] };
  if (choices.length > 1) return { and: [{ or: choices }] };
  return byRun.has(null) ? { ...first, and: [] } : { and: [first] };
}

/** The identities that conditions choose, and the conditions that are left. */
export function fromConditions(
  identityOrdinals: unknown,
  and: readonly unknown[],
): { readonly only: readonly ChosenIdentity[]; readonly rest: readonly unknown[] } {
  if (isList(identityOrdinals)) return { only: placesOf(null, identityOrdinals), rest: and };
  for (const [index, condition] of and.entries()) {
    const only = readChoices(condition);
    if (only !== null) return { only, rest: and.toSpliced(index, 1) };
  }
  return { only: [], rest: and };
}

function readChoices(condition: unknown): readonly ChosenIdentity[] | null {
  const { or } = given(condition);
  const choices =
    isOnly(condition, ['or']) && isList(or) ? or.map(readChoice) : [readChoice(condition)];
  const read = choices.filter((choice) => choice !== null);
  return read.length === choices.length ? read.flat() : null;
}

function readChoice(condition: unknown): readonly ChosenIdentity[] | null {
  const { identityOrdinals, identity } = given(condition);
  if (isOnly(condition, ['identityOrdinals']) && isList(identityOrdinals))
    return placesOf(null, identityOrdinals);
  const { runs, ordinals } = given(identity);
  const isOfRun = isOnly(condition, ['identity']) && isOnly(identity, ['runs', 'ordinals']);
  if (!isOfRun || !isList(runs) || !isList(ordinals)) return null;
  const [run, ...others] = runs;
  return typeof run === 'number' && others.length === 0 ? placesOf(run, ordinals) : null;
}

function placesOf(runNumber: number | null, ordinals: readonly unknown[]): ChosenIdentity[] {
  return ordinals
    .filter((ordinal) => typeof ordinal === 'number')
    .map((ordinal) => ({ runNumber, ordinal }));
}

/** What a document says; a null says nothing. */
function given(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || isList(json)) return {};
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value != null));
}

function isOnly(json: unknown, keys: readonly string[]): boolean {
  const present = Object.keys(given(json));
  return present.length === keys.length && keys.every((key) => present.includes(key));
}

const isList = (json: unknown): json is readonly unknown[] => Array.isArray(json);
