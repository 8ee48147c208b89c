/** @file What the controls of the query page say, as an address, and as the query that GraphQL takes. Pure. */
import type {
  SampleKind,
  SampleOrder,
  SampleQueryInput,
  SampleWhere,
} from '@/generated/graphql.ts';
import {
  type ChosenIdentity,
  fromConditions,
  readChosen,
  toConditions,
  writeOne,
} from './chosen-identities.ts';
import { isOpen, OPEN, type Range, readRange, writeRange } from './ranges.ts';

/** The controls. Angles in radians. */
export interface QueryState {
  readonly kind: SampleKind | null;
  /** Angle to the reference. */
  readonly theta: Range;
  readonly quality: Range;
  /** Angle from the identity to its nearest other. */
  readonly nearest: Range;
  /** Greatest angle between the identity's reference and a variation. */
  readonly spread: Range;
  /** Number of the sample in its identity. */
  readonly ordinal: Range;
  /** Number of the identity. */
  readonly identity: Range;
  /** Only these identities; empty: all. */
  readonly only: readonly ChosenIdentity[];
  readonly covariates: readonly CovariateRange[];
  readonly maxIdentities: number | null;
  readonly perIdentity: number | null;
  readonly limit: number | null;
  readonly seed: number | null;
  readonly order: SampleOrder;
  /** Further conditions that no control shows, as the text of a SampleWhere; empty: none. */
  readonly further: string;
}

/** The weight along one covariate direction. */
export interface CovariateRange extends Range {
  readonly name: string;
}

const MAX_INT = 2 ** 31 - 1;

/** Nothing asked for: every sample. */
export const EVERYTHING: QueryState = {
  kind: null,
  theta: OPEN,
  quality: OPEN,
  nearest: OPEN,
  spread: OPEN,
  ordinal: OPEN,
  identity: OPEN,
  only: [],
  covariates: [],
  maxIdentities: null,
  perIdentity: null,
  limit: null,
  seed: null,
  order: 'ORDINAL',
  further: '',
};

/** Controls that are ranges. */
export const RANGES = ['theta', 'quality', 'nearest', 'spread', 'ordinal', 'identity'] as const;
/** Controls that are one whole number. */
export const NUMBERS = ['maxIdentities', 'perIdentity', 'limit', 'seed'] as const;
const WHOLE: ReadonlySet<string> = new Set(['ordinal', 'identity', ...NUMBERS]);
const ORDERS: readonly SampleOrder[] = ['ORDINAL', 'DISTANCE_TO_REFERENCE', 'QUALITY', 'RANDOM'];
const KINDS: readonly SampleKind[] = ['REFERENCE', 'VARIATION'];

/** Reads an address. What cannot be read is left out and said in `problems`. */
export function readAddress(search: string): {
  readonly state: QueryState;
  readonly problems: readonly string[];
} {
  const params = new URLSearchParams(search);
  const problems: string[] = [];
  const doubt = (name: string, text: string, wanted: string) =>
    problems.push(`'${name}' is '${text}', and ${wanted} was expected; it was left out.`);
  const known = <T extends string>(name: string, values: readonly T[]): T | null => {
    const text = params.get(name);
    if (text === null) return null;
    const found = values.find((value) => value.toLowerCase() === text.toLowerCase()) ?? null;
    if (found === null) doubt(name, text, values.join(' or ').toLowerCase());
    return found;
  };
  const range = (name: string): Range => {
    const text = params.get(name);
    if (text === null) return OPEN;
    const read = readRange(text);
    if (read === null) doubt(name, text, 'a range such as 0.1..0.5');
    return read ?? OPEN;
  };
  const number = (name: string): number | null => {
    const text = params.get(name);
    if (text === null) return null;
    if (/^-?\d{1,10}$/.test(text)) return Number(text);
    doubt(name, text, 'a whole number');
    return null;
  };
  const list = params.get('only') ?? '';
  const only = readChosen(list);
  if (only === null) doubt('only', list, 'a list of whole numbers such as 0,7 or r1-0,r2-7');
  const covariates = params.getAll('covariate').flatMap((text) => {
    const at = text.lastIndexOf('~');
    const read = at < 1 ? null : readRange(text.slice(at + 1));
    if (read === null) doubt('covariate', text, 'a name and a range such as smile~0..1');
    return read === null ? [] : [{ name: text.slice(0, at), ...read }];
  });
  const ranges = Object.fromEntries(RANGES.map((name) => [name, range(name)]));
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, number(name)]));
  const state = {
    ...EVERYTHING,
    ...ranges,
    ...numbers,
    kind: known('kind', KINDS),
    order: known('order', ORDERS) ?? 'ORDINAL',
    only: only ?? [],
    covariates,
    further: params.get('further') ?? '',
  };
  return { state, problems };
}

/** The address of the controls: what is as it begins is left out. */
export function writeAddress(state: QueryState): string {
  const params = new URLSearchParams();
  if (state.kind !== null) params.set('kind', state.kind.toLowerCase());
  for (const name of RANGES) if (!isOpen(state[name])) params.set(name, writeRange(state[name]));
  if (state.only.length > 0) params.set('only', state.only.map(writeOne).join(','));
  for (const covariate of state.covariates) {
    params.append('covariate', `${covariate.name}~${writeRange(covariate)}`);
  }
  for (const name of NUMBERS) {
    const value = state[name];
    if (value !== null) params.set(name, String(value));
  }
  if (state.order !== 'ORDINAL') params.set('order', state.order.toLowerCase());
  if (state.further.trim() !== '') params.set('further', state.further);
  return params.toString();
}

/** What is wrong with the controls, by control; nothing is asked of the server until it is put right. */
export function problemsOf(state: QueryState): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  const check = (name: string, { min, max }: Range) => {
    if (min !== null && max !== null && min > max) {
      problems[name] =
        `From ${String(min)} to ${String(max)} there is nothing; put the smaller number first.`;
    } else if (WHOLE.has(name) && [min, max].some((end) => end !== null && !isInt(end))) {
      problems[name] = 'Give whole numbers.';
    }
  };
  for (const name of RANGES) check(name, state[name]);
  for (const covariate of state.covariates) check(`covariate:${covariate.name}`, covariate);
  for (const name of NUMBERS) {
    const value = state[name];
    const least = name === 'seed' ? -MAX_INT : 1;
    if (value !== null && (!isInt(value) || value < least)) {
      problems[name] = `Give a whole number${least === 1 ? ' from 1' : ''}.`;
    }
  }
  if (readFurther(state.further) === undefined) {
    problems['further'] = 'This is not a JSON object; write it as a SampleWhere.';
  }
  return problems;
}

/** The query of the controls. Only for controls without problems. */
export function toQuery(state: QueryState): SampleQueryInput {
  const identity = {
    ...given('nearestDistance', state.nearest),
    ...given('intraDistance', state.spread),
    ...given('ordinal', state.identity),
  };
  const further = readFurther(state.further) ?? null;
  const { and: chosen, ...only } = toConditions(state.only);
  const and = further === null ? chosen : [...chosen, further];
  const where = {
    ...(state.kind === null ? {} : { kind: state.kind }),
    ...given('distanceToReference', state.theta),
    ...given('quality', state.quality),
    ...given('ordinal', state.ordinal),
    ...only,
    ...(state.covariates.length === 0
      ? {}
      : {
          covariates: state.covariates.map(({ name, ...range }) => ({
            name,
            ...given('range', range),
          })),
        }),
    ...(Object.keys(identity).length === 0 ? {} : { identity }),
    ...(and.length === 0 ? {} : { and }),
  };
  const numbers = NUMBERS.flatMap((name) => (state[name] === null ? [] : [[name, state[name]]]));
  return {
    ...(Object.keys(where).length === 0 ? {} : { where }),
    ...(Object.fromEntries(numbers) as object),
  };
}

/** The controls that show a saved query; what none of them shows goes into `further`. */
export function fromQuery(query: unknown): QueryState {
  const { where, ...rest } = record(query);
  const {
    kind,
    distanceToReference,
    quality,
    ordinal,
    identityOrdinals,
    covariates,
    identity,
    ...other
  } = record(where);
  const inner = record(identity);
  const { nearestDistance, intraDistance, ordinal: number, ...others } = inner;
  const and = Array.isArray(other['and']) ? (other['and'] as unknown[]) : [];
  const { and: _and, ...unshown } = other;
  const { only, rest: left } = fromConditions(identityOrdinals, and);
  const conditions = [
    ...left,
    ...(Object.values(unshown).some(isGiven) ? [unshown] : []),
    ...(Object.values(others).some(isGiven) ? [{ identity: others }] : []),
  ];
  const further = conditions.length > 1 ? { and: conditions } : conditions[0];
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, figure(rest[name])]));
  return {
    ...EVERYTHING,
    ...numbers,
    kind: KINDS.find((each) => each === kind) ?? null,
    theta: rangeOf(distanceToReference),
    quality: rangeOf(quality),
    ordinal: rangeOf(ordinal),
    nearest: rangeOf(nearestDistance),
    spread: rangeOf(intraDistance),
    identity: rangeOf(number),
    only,
    covariates: (Array.isArray(covariates) ? covariates : []).map((each) => {
      const { name, range } = record(each);
      const { min, max } = rangeOf(range);
      return { name: String(name), min, max };
    }),
    further: further === undefined ? '' : JSON.stringify(further, null, 2),
  };
}

const isInt = (value: number): boolean => Number.isInteger(value) && Math.abs(value) <= MAX_INT;
const isGiven = (value: unknown): boolean => value !== null && value !== undefined;

/** The conditions; null for none, undefined where the text is no JSON object. */
function readFurther(text: string): SampleWhere | null | undefined {
  if (text.trim() === '') return null;
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function given(name: string, { min, max }: Range): object {
  if (min === null && max === null) return {};
  return { [name]: { ...(min === null ? {} : { min }), ...(max === null ? {} : { max }) } };
}

function rangeOf(json: unknown): Range {
  const { min, max } = record(json);
  return { min: figure(min), max: figure(max) };
}

function record(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : {};
}

const figure = (json: unknown): number | null => (typeof json === 'number' ? json : null);
