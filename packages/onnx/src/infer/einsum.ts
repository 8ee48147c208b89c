/** @file Einsum's equation with one letter for every axis: the ellipsis spelt out, the output written down. */
import type { Dim } from '../ir/dim.ts';
import type { InferContext, InferRule } from './context.ts';

export interface EinsumEquation {
  /** One term per input, one letter per axis. */
  readonly terms: readonly string[];
  readonly output: string;
  /** The size of each letter; one that broadcasts has its larger size. */
  readonly sizes: ReadonlyMap<string, Dim>;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Reads the equation of an Einsum node. Axes under an ellipsis are aligned at their end and get letters of their own. */
export function einsumEquation(c: InferContext): EinsumEquation {
  const text = c.string('equation', '').replaceAll(' ', '');
  const [left = '', right] = text.split('->');
  const written = left.split(',');
  if (written.length !== c.node.inputs.length)
    c.fail(`expected a term for each of ${c.node.inputs.length} inputs, got '${text}'`);
  const hidden = written.map((term, at) => hiddenAxes(c, term, at));
  const unused = unusedLetters(text);
  const depth = Math.max(...hidden);
  const ellipsis = unused.slice(0, depth);
  const spell = (term: string, axes: number): string =>
    term.replace('...', ellipsis.slice(depth - axes));
  const terms = written.map((term, at) => spell(term, hidden[at] as number));
  const output =
    right === undefined ? ellipsis + lettersOnce(written.join('')) : spell(right, depth);
  const sizes = letterSizes(c, terms);
  for (const letter of output)
    if (!sizes.has(letter)) c.fail(`'${letter}' of the output is in no input`);
  return { terms, output, sizes };
}

/** Letters of the alphabet that the text does not use. */
export function unusedLetters(text: string): string {
  return LETTERS.split('')
    .filter((letter) => !text.includes(letter))
    .join('');
}

function hiddenAxes(c: InferContext, term: string, at: number): number {
  const letters = term.replace('...', '').length;
  const axes = c.shape(at).length - letters;
  if (axes < 0 || (axes > 0 && !term.includes('...')))
    c.fail(`expected ${c.shape(at).length} letters for input ${at}, got '${term}'`);
  return term.includes('...') ? axes : 0;
}

/** Without an arrow the output has the letters that occur once, in alphabetical order. */
function lettersOnce(text: string): string {
  const letters = text.replaceAll('...', '').split('');
  return letters
    .filter((letter) => letters.filter((other) => other === letter).length === 1)
    .toSorted()
    .join('');
}

function letterSizes(c: InferContext, terms: readonly string[]): ReadonlyMap<string, Dim> {
  const sizes = new Map<string, Dim>();
  terms.forEach((term, at) =>
    term.split('').forEach((letter, axis) => {
      const size = c.shape(at)[axis] as Dim;
      const known = sizes.get(letter);
      if (known === undefined || known === 1) sizes.set(letter, size);
      else if (
        typeof known === 'number' &&
        typeof size === 'number' &&
        size !== known &&
        size !== 1
      )
        c.fail(`'${letter}' is ${known} and ${size}`);
    }),
  );
  return sizes;
}

/** The type that Einsum gives. */
export const einsum: InferRule = (c) => {
  c.sameDtype(c.node.inputs.map((_, at) => at));
  const { output, sizes } = einsumEquation(c);
  return c.like(output.split('').map((letter) => sizes.get(letter) as Dim));
};
