/** @file What the commands of covariates read from disk. */

import { readFile } from 'node:fs/promises';

import { decodeNpy } from '@colloid/formats';
import {
  type ClassPair,
  type CovariateDirections,
  decodeCovariateDirections,
  isSamplerError,
} from '@colloid/sampler';

import { CliError } from '../../errors.ts';

/** @throws CliError INPUT_FILE naming the file and why it cannot be read */
export async function readInput(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = isMissing ? 'does not exist' : `cannot be read (${messageOf(cause)})`;
    throw new CliError('INPUT_FILE', `The file ${file} ${reason}; check its path.`, { cause });
  }
}

/** @throws CliError INPUT_FILE unless the bytes are text in UTF-8 */
export async function readText(file: string): Promise<string> {
  const bytes = await readInput(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CliError('INPUT_FILE', `${file} is no text in UTF-8; save the table as CSV.`, {
      cause,
    });
  }
}

/** Latents [n, D] of an npy file of float32 or float64. */
export async function readLatents(
  file: string,
): Promise<{ readonly latents: Float32Array; readonly latentDim: number }> {
  const { data, dtype, shape } = naming(file, decodeNpy, await readInput(file));
  const [rows, latentDim] = shape;
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  if (!isFloat || shape.length !== 2 || rows === 0 || latentDim === undefined || latentDim === 0) {
    throw new CliError(
      'INPUT_FILE',
      `${file} holds ${dtype} [${shape.join(', ')}]; expected latents as float32 or float64 [rows, numbers].`,
    );
  }
  return { latents: data instanceof Float32Array ? data : Float32Array.from(data), latentDim };
}

export async function readDirections(file: string): Promise<CovariateDirections> {
  return naming(file, decodeCovariateDirections, await readInput(file));
}

/** `pose:left:right` and the like; none at all: what the labels allow. */
export function readPairs(texts: readonly string[]): readonly ClassPair[] | undefined {
  if (texts.length === 0) return undefined;
  return texts.map((text) => {
    const parts = text.split(':').map((part) => part.trim());
    const [covariate = '', negative = '', positive = ''] = parts;
    if (parts.length === 3 && parts.every((part) => part !== '') && negative !== positive) {
      return { covariate, negative, positive };
    }
    throw new CliError(
      'INVALID_OPTION',
      `--pair is '${text}'; give the covariate and two of its classes, such as pose:left:right.`,
    );
  });
}

/** @throws CliError INVALID_OPTION */
export function readNumber(
  option: string,
  text: string,
  range: { readonly least: number; readonly most: number; readonly isWhole?: boolean },
): number {
  const { least, most, isWhole = false } = range;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  throw new CliError(
    'INVALID_OPTION',
    `${option} is '${text}'; give a ${isWhole ? 'whole ' : ''}number from ${least} to ${most}.`,
  );
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a reader of bytes throws does not know where they came from. */
function naming<Result>(
  file: string,
  read: (bytes: Uint8Array) => Result,
  bytes: Uint8Array,
): Result {
  try {
    return read(bytes);
  } catch (cause) {
    if (isSamplerError(cause) || cause instanceof Error) {
      throw new CliError('INPUT_FILE', `${file}: ${cause.message}`, { cause });
    }
    throw cause;
  }
}
