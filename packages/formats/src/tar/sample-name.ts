/** @file The names of samples inside a shard: `000012/003.webp`. */
import { FormatError } from '../errors.ts';

/** Which sample it is: both count from 0. */
export interface SampleId {
  readonly identity: number;
  readonly sample: number;
}

const IDENTITY_DIGITS = 6;
const SAMPLE_DIGITS = 3;
const NAME = /^(\d{6,})\/(\d{3,})\.([a-z0-9]+)$/;

/**
 * The name of a sample's file: identity with six digits or more, a slash, sample with three or
 * more, and the extension. Files of one sample differ in the extension only, which is what
 * WebDataset goes by.
 *
 * @example
 * sampleName({ identity: 12, sample: 3 }, 'webp'); // '000012/003.webp'
 */
export function sampleName({ identity, sample }: SampleId, extension: string): string {
  if (![identity, sample].every((ordinal) => Number.isSafeInteger(ordinal) && ordinal >= 0))
    throw new FormatError(
      'INVALID_ARGUMENT',
      `Identity ${identity}, sample ${sample}: both must be whole numbers, 0 or more.`,
    );
  if (!/^[a-z0-9]{1,16}$/.test(extension))
    throw new FormatError(
      'INVALID_ARGUMENT',
      `'${extension}' is no file extension; use up to 16 of a-z and 0-9, without a dot.`,
    );
  const folder = String(identity).padStart(IDENTITY_DIGITS, '0');
  return `${folder}/${String(sample).padStart(SAMPLE_DIGITS, '0')}.${extension}`;
}

/** What {@link sampleName} was given, or null for another kind of name. */
export function parseSampleName(name: string): (SampleId & { readonly extension: string }) | null {
  const [, identity, sample, extension] = NAME.exec(name) ?? [];
  if (identity === undefined || sample === undefined || extension === undefined) return null;
  return { identity: Number(identity), sample: Number(sample), extension };
}
