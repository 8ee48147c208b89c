/** @file Completes parameters with their defaults and refuses what is out of range. */

import { ParameterError } from '../errors.ts';
import type {
  LangevinParameters,
  RandomParameters,
  RejectParameters,
  RepulseParameters,
} from '../references/parameters.ts';
import type {
  CovariatesParameters,
  DiscoParameters,
  DispersionParameters,
} from '../variations/parameters.ts';
import { refusal } from './parameter-info.ts';
import type { ParameterInfo } from './parameter-info.ts';
import { PARAMETER_TABLE } from './parameter-table.ts';

interface ParametersOf {
  readonly langevin: LangevinParameters;
  readonly random: RandomParameters;
  readonly reject: RejectParameters;
  readonly repulse: RepulseParameters;
  readonly dispersion: DispersionParameters;
  readonly disco: DiscoParameters;
  readonly covariates: CovariatesParameters;
}

/**
 * @returns all parameters of the algorithm, defaults filled in
 * @throws ParameterError naming the first that is unknown or out of range
 */
export function checkParameters<A extends keyof ParametersOf>(
  algorithm: A,
  given: Partial<ParametersOf[A]>,
): ParametersOf[A] {
  const infos: Readonly<Record<string, ParameterInfo>> = PARAMETER_TABLE[algorithm];
  const values = given as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(values)) {
    if (infos[name] === undefined) {
      const known = Object.keys(infos).join(', ');
      throw new ParameterError(name, `is not one of ${algorithm}; its parameters are ${known}.`);
    }
  }
  const complete: Record<string, unknown> = {};
  for (const info of Object.values(infos)) {
    const value = values[info.name] ?? info.default;
    const number = asNumber(info, value);
    const reason = refusal(info, number);
    if (reason !== null) throw new ParameterError(info.name, reason);
    complete[info.name] = value;
  }
  return complete as unknown as ParametersOf[A];
}

function asNumber(info: ParameterInfo, value: unknown): number {
  if (typeof value === 'number') return value;
  const isLength = info.kind === 'length' && typeof value === 'object' && value !== null;
  if (isLength && 'meanDistances' in value && typeof value.meanDistances === 'number') {
    return value.meanDistances;
  }
  return Number.NaN;
}
