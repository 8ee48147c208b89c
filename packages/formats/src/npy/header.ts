/** @file The header of an npy file: a Python dictionary of three known entries, as text. */
import { FormatError } from '../errors.ts';

/** What the header says. */
export interface NpyHeader {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

const ENTRY = /\s*['"](\w+)['"]\s*:\s*(?:(['"])([^'"]*)\2|(True|False)|\(([\d\s,L]*)\))\s*(?:,|$)/y;

/**
 * Parse the dictionary. Only strings, booleans and tuples of numbers are understood, which is all
 * that NumPy writes for arrays of plain numbers; nothing is evaluated.
 *
 * @throws FormatError INVALID_NPY or, for arrays of records, UNSUPPORTED_NPY
 */
export function parseHeader(text: string): NpyHeader {
  const body = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  if (body === undefined) throw invalid(text);
  if (/'descr'\s*:\s*\[/.test(body))
    throw new FormatError(
      'UNSUPPORTED_NPY',
      'The npy file holds records with named fields; save each field as an array of its own.',
    );
  const entries = new Map<string, string | boolean | readonly number[]>();
  const trimmed = body.trimEnd();
  ENTRY.lastIndex = 0;
  while (ENTRY.lastIndex < trimmed.length) {
    const match = ENTRY.exec(trimmed);
    if (match === null) throw invalid(text);
    const [, name = '', , quoted, boolean, tuple] = match;
    const value = quoted ?? (boolean === undefined ? numbers(tuple ?? '') : boolean === 'True');
    entries.set(name, value);
  }
  const descr = entries.get('descr');
  const fortranOrder = entries.get('fortran_order');
  const shape = entries.get('shape');
  if (typeof descr !== 'string' || typeof fortranOrder !== 'boolean' || !Array.isArray(shape))
    throw invalid(text);
  return { descr, fortranOrder, shape: shape as readonly number[] };
}

/** The numbers of a tuple; Python 2 wrote some of them with an L. */
function numbers(tuple: string): readonly number[] {
  const items = tuple.split(',').map((item) => item.trim().replace(/L$/, ''));
  if (items.at(-1) === '') items.pop();
  return items.map((item) => (/^\d+$/.test(item) ? Number(item) : Number.NaN));
}

function invalid(text: string): FormatError {
  return new FormatError(
    'INVALID_NPY',
    `The npy file has the header ${JSON.stringify(text.slice(0, 80).trim())}, but one with descr, fortran_order and shape is needed.`,
  );
}
