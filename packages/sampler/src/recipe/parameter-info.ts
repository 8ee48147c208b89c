/** @file What is known of a parameter: the one source for validation, the web form and the docs. */

export type ParameterUnit =
  'radians' | 'latent units' | 'iterations' | 'draws' | 'images' | 'identities' | 'rows' | 'none';

export interface ParameterInfo {
  readonly name: string;
  /** As in the paper; '' where it has none there. */
  readonly symbol: string;
  readonly unit: ParameterUnit;
  /** 'length': a number of latent units, or `{ meanDistances }`, a multiple of the mean distance between random latents. */
  readonly kind: 'integer' | 'number' | 'length';
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Whether 0 is refused though it lies within the range. */
  readonly nonZero: boolean;
  /** Published for 10 000 identities of StyleGAN2-256 with IResNet50; null where nothing is. */
  readonly published: number | null;
  /** One or two sentences for a person who fills in the form. */
  readonly explanation: string;
}

/** A table of parameters by name. */
export type ParameterTable<P> = { readonly [Name in keyof P]: ParameterInfo };

type Fields = Omit<ParameterInfo, 'name' | 'kind' | 'nonZero'> & {
  readonly kind?: ParameterInfo['kind'];
  readonly nonZero?: boolean;
};

/** Completes a table with the names of its entries. */
export function table<P>(entries: { readonly [Name in keyof P]: Fields }): ParameterTable<P> {
  const named = Object.entries<Fields>(entries).map(([name, fields]) => [
    name,
    { kind: 'number', nonZero: false, ...fields, name } satisfies ParameterInfo,
  ]);
  return Object.fromEntries(named) as ParameterTable<P>;
}

/** A latent length: in the generator's latent units, or as a multiple of the mean distance between random latents. */
export type LatentLength = number | { readonly meanDistances: number };

/** The length in latent units. */
export function resolveLength(length: LatentLength, meanDistance: number): number {
  return typeof length === 'number' ? length : length.meanDistances * meanDistance;
}

/** Why a value is refused, as the end of a sentence that starts with the parameter; null: it is fine. */
export function refusal(info: ParameterInfo, value: number): string | null {
  const { minimum, maximum, unit } = info;
  const inUnit = unit === 'none' ? '' : ` ${unit}`;
  const isWhole = info.kind !== 'integer' || Number.isInteger(value);
  const isInside = value >= minimum && value <= maximum && !(info.nonZero && value === 0);
  if (Number.isFinite(value) && isWhole && isInside) return null;
  const what = info.kind === 'integer' ? 'a whole number' : 'a number';
  const except = info.nonZero && minimum < 0 ? ' other than 0' : '';
  return `must be ${what} from ${minimum} to ${maximum}${except}${inUnit}, got ${value}; ${info.explanation}`;
}
