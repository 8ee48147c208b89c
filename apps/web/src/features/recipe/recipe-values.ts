/** @file The values of the recipe form: read from a definition, changed, checked, and put back into one. Pure. */
import type { RecipeFieldFragment } from '@/generated/graphql.ts';
import { formatCount, formatFigure } from '@/lib/format.ts';

/** A length in the generator's latent space, as a multiple of the mean distance between random latents. */
export interface MeanDistances {
  readonly meanDistances: number;
}

/** What a field holds; '' while a number is being typed, and where no set is chosen; a list for several choices. */
export type RecipeValue = number | string | MeanDistances | readonly string[];

/** The state of the form. */
export interface RecipeState {
  /** The preset the values started from. */
  readonly preset: string;
  /** Values by parameter path. */
  readonly values: Readonly<Record<string, RecipeValue>>;
  /** False: references only. */
  readonly hasVariations: boolean;
}

/** Something that happened to the form. */
export type RecipeAction =
  | { readonly type: 'preset'; readonly name: string; readonly definition: unknown }
  | { readonly type: 'value'; readonly path: string; readonly value: RecipeValue }
  | { readonly type: 'variations'; readonly has: boolean };

const VARIATIONS = 'VARIATIONS';
/** Where the algorithm of a group stands. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  REFERENCES: 'references.algorithm',
  VARIATIONS: 'variations.algorithm',
};
const GALLERY = 'references.gallery';
/** What is kept from the gallery; it goes with it, and is 0 without one. */
const GALLERY_DISTANCE = 'references.parameters.constantDistance';
/** A first guess for that distance. */
const THRESHOLD = 'references.parameters.interClassThreshold';

/** What most people change; the rest is behind "all parameters". */
const BASIC: ReadonlySet<string> = new Set([
  'identities',
  'seed',
  'references.algorithm',
  GALLERY,
  GALLERY_DISTANCE,
  'references.parameters.iterations',
  'references.parameters.triesPerIdentity',
  'references.parameters.repulsionRadius',
  'references.parameters.interClassThreshold',
  'variations.algorithm',
  'variations.covariates',
  'variations.expressions',
  'variations.parameters.variations',
  'variations.parameters.iterations',
  'variations.parameters.poseSteps',
  'variations.parameters.illuminationSteps',
  'image.format',
]);

/** True for the parameters shown without asking for all. */
export function isBasic(path: string): boolean {
  return BASIC.has(path);
}

/** The form as a preset sets it; what the preset leaves out has its default. */
export function stateOf(
  fields: readonly RecipeFieldFragment[],
  preset: { readonly name: string; readonly definition: unknown },
): RecipeState {
  const values: Record<string, RecipeValue> = {};
  for (const field of fields) {
    values[field.path] =
      asValue(readPath(preset.definition, field.path)) ?? asValue(field.default) ?? '';
  }
  const hasVariations = readPath(preset.definition, 'variations') !== null;
  const state = { preset: preset.name, values, hasVariations };
  // The algorithms are known only now, and a default may be another one for each.
  for (const field of fields) {
    const isGiven = asValue(readPath(preset.definition, field.path)) !== undefined;
    if (!isGiven && isTaken(field, state)) values[field.path] = asValue(field.default) ?? '';
  }
  return state;
}

/** The next state of the form. */
export function reduceRecipe(
  fields: readonly RecipeFieldFragment[],
  state: RecipeState,
  action: RecipeAction,
): RecipeState {
  switch (action.type) {
    case 'preset':
      return stateOf(fields, action);
    case 'value':
      return withValue(fields, state, action);
    case 'variations':
      return { ...state, hasVariations: action.has };
  }
}

/** True where the recipe takes this parameter at all, given what else is chosen. */
export function isTaken(field: RecipeFieldFragment, state: RecipeState): boolean {
  if (field.group === VARIATIONS && !state.hasVariations) return false;
  if (field.path === GALLERY_DISTANCE && state.values[GALLERY] === '') return false;
  const algorithm = state.values[ALGORITHMS[field.group] ?? ''];
  return (
    field.algorithms === null ||
    (typeof algorithm === 'string' && field.algorithms.includes(algorithm))
  );
}

/** The recipe document: what the preset says besides the fields, and the value of every field that it takes. */
export function definitionOf(
  fields: readonly RecipeFieldFragment[],
  state: RecipeState,
  presetDefinition: unknown,
): Record<string, unknown> {
  const definition = structuredClone(asRecord(presetDefinition));
  // Written anew below, so that no parameter of another algorithm stays behind.
  definition['references'] = {};
  definition['variations'] = state.hasVariations ? {} : null;
  for (const field of fields) {
    const value = state.values[field.path];
    if (value !== undefined && value !== '' && isTaken(field, state))
      writePath(definition, field.path, value);
  }
  const takesGallery = fields.some((field) => field.path === GALLERY && isTaken(field, state));
  if (takesGallery && state.values[GALLERY] === '') writePath(definition, GALLERY, null);
  return definition;
}

/** The models that a recipe document names, `name@version` each; '' where it names none. */
export function modelsOf(definition: unknown): {
  readonly generator: string;
  readonly recogniser: string;
} {
  const text = (path: string): string => {
    const value = readPath(definition, path);
    return typeof value === 'string' ? value : '';
  };
  return { generator: text('generator'), recogniser: text('recogniser') };
}

/** Why the fields cannot be accepted, by path; empty where all are fine. */
export function problemsOf(
  fields: readonly RecipeFieldFragment[],
  state: RecipeState,
): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const field of fields) {
    if (!isTaken(field, state)) continue;
    const problem = problemOf(field, state.values[field.path] ?? '');
    if (problem !== null) problems[field.path] = problem;
  }
  return problems;
}

/** True where two values are the same, whatever their form. */
export function isSame(a: RecipeValue | undefined, b: RecipeValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A value as the hints under a field show it. */
export function describeValue(value: unknown): string {
  if (value === null) return 'none';
  const read = asValue(value);
  if (read === undefined) return '–';
  if (typeof read === 'number')
    return Number.isInteger(read) && read < 1e9 ? formatCount(read) : formatFigure(read, 6);
  if (typeof read === 'string') return read === '' ? 'none' : read;
  if (isList(read)) return read.length === 0 ? 'none' : read.join(', ');
  return `${formatFigure(read.meanDistances)} × mean distance`;
}

/** The value at a dotted path of a document, or undefined. */
export function readPath(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => asRecordOrNull(at)?.[key], document);
}

/** True for a length given in mean distances. */
export function isMeanDistances(value: unknown): value is MeanDistances {
  return typeof asRecordOrNull(value)?.['meanDistances'] === 'number';
}

/** True for a list of choices. */
export function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function problemOf(field: RecipeFieldFragment, value: RecipeValue): string | null {
  if (field.type === 'gallery') return null;
  if (field.type === 'covariates') return value === '' ? 'Choose a covariate set.' : null;
  if (field.type === 'choices') return isList(value) ? null : 'Choose some of the list.';
  if (field.type === 'choice')
    return typeof value === 'string' && field.choices?.includes(value) === true
      ? null
      : 'Choose one of the list.';
  const number = isMeanDistances(value) ? value.meanDistances : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return 'Enter a number.';
  if (field.type === 'integer' && !Number.isInteger(number)) return 'Enter a whole number.';
  const { minimum, maximum } = field;
  const isBelow = minimum !== null && number < minimum;
  const isAbove = maximum !== null && number > maximum;
  if (!isBelow && !isAbove) return null;
  if (minimum === null) return `At most ${describeValue(maximum)}.`;
  if (maximum === null) return `At least ${describeValue(minimum)}.`;
  return `From ${describeValue(minimum)} to ${describeValue(maximum)}.`;
}

function asValue(json: unknown): RecipeValue | undefined {
  if (typeof json === 'number' || typeof json === 'string') return json;
  if (isList(json)) return json;
  return isMeanDistances(json) ? { meanDistances: json.meanDistances } : undefined;
}

/** Sets a value, and whatever it makes another default or another distance for. */
function withValue(
  fields: readonly RecipeFieldFragment[],
  state: RecipeState,
  { path, value }: { readonly path: string; readonly value: RecipeValue },
): RecipeState {
  const values: Record<string, RecipeValue> = { ...state.values, [path]: value };
  const next = { ...state, values };
  if (path === GALLERY && value !== '' && values[GALLERY_DISTANCE] === 0) {
    values[GALLERY_DISTANCE] = values[THRESHOLD] ?? 1;
  }
  if (Object.values(ALGORITHMS).includes(path)) {
    for (const field of fields) {
      if (field.path === path) continue;
      const before = fields.find((each) => each.path === field.path && isTaken(each, state));
      const isUntouched =
        before !== undefined && isSame(state.values[field.path], asValue(before.default));
      if (isUntouched && isTaken(field, next)) values[field.path] = asValue(field.default) ?? '';
    }
  }
  return next;
}

function writePath(
  document: Record<string, unknown>,
  path: string,
  value: RecipeValue | null,
): void {
  const keys = path.split('.');
  const last = keys.pop();
  if (last === undefined) return;
  let at = document;
  for (const key of keys) {
    const next = asRecord(at[key]);
    at[key] = next;
    at = next;
  }
  at[last] = value;
}

function asRecord(json: unknown): Record<string, unknown> {
  return asRecordOrNull(json) ?? {};
}

function asRecordOrNull(json: unknown): Record<string, unknown> | null {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Record<string, unknown>)
    : null;
}
