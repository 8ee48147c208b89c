/**
 * @file Gradient of Einsum: for 'ab,bc->ac', da is Einsum 'ac,bc->ab' of dy and the other inputs.
 *
 * Three cases need more. An axis that neither the output nor another input has was summed alone: its gradient is broadcast along it. An
 * axis of size 1 that broadcasts against a larger one is left out of the product and put back. A letter that a term repeats is a
 * diagonal: the gradient is dy on the diagonal, written by giving the second axis a letter of its own and multiplying with the identity.
 */
import type { Value } from '../../build/core-builder.ts';
import { einsumEquation, unusedLetters, type EinsumEquation } from '../../infer/einsum.ts';
import { rule, type VjpContext } from '../rule.ts';

export const Einsum = rule(
  'Einsum',
  'Einsum of dy and the other inputs; ellipsis, broadcast axes and diagonals included, a diagonal needs a fixed size.',
  (c) => {
    const equation = einsumEquation(c);
    return c.node.inputs.map((_, at) => c.when(at, () => gradientOfTerm(c, equation, at)));
  },
);

interface Operand {
  readonly letters: string;
  readonly value: Value;
}

function gradientOfTerm(c: VjpContext, equation: EinsumEquation, at: number): Value {
  const { b } = c;
  const own = withoutBroadcast(c, equation, at);
  const others = equation.terms
    .map((_, index) => index)
    .filter((index) => index !== at)
    .map((index): Operand => {
      const { letters, dropped } = withoutBroadcast(c, equation, index);
      const value = c.x(index);
      return { letters, value: dropped.length > 0 ? b.squeeze(value, dropped) : value };
    });
  const { letters, identities } = splitDiagonals(c, equation, own.letters);
  const operands = [{ letters: equation.output, value: c.dy }, ...others, ...identities];
  const known = new Set(operands.map((operand) => operand.letters).join(''));
  const kept = letters
    .split('')
    .filter((letter) => known.has(letter))
    .join('');
  const gradient = b.op(
    'Einsum',
    operands.map(({ value }) => value),
    { equation: `${operands.map((operand) => operand.letters).join(',')}->${kept}` },
  );
  const alone = letters.split('').flatMap((letter, axis) => (known.has(letter) ? [] : [axis]));
  const whole = alone.length > 0 ? b.unsqueeze(gradient, alone) : gradient;
  return c.expandLike(own.dropped.length > 0 ? b.unsqueeze(whole, own.dropped) : whole, at);
}

/** A term without its axes of size 1 whose letter is larger elsewhere. */
function withoutBroadcast(
  c: VjpContext,
  { terms, sizes }: EinsumEquation,
  at: number,
): { readonly letters: string; readonly dropped: readonly number[] } {
  const letters = (terms[at] as string).split('');
  const dropped = letters.flatMap((letter, axis) =>
    c.shape(at)[axis] === 1 && sizes.get(letter) !== 1 ? [axis] : [],
  );
  return { letters: letters.filter((_, axis) => !dropped.includes(axis)).join(''), dropped };
}

/** The term with letters that differ, and the identity matrices that tie the new ones to the old. */
function splitDiagonals(
  c: VjpContext,
  { terms, output, sizes }: EinsumEquation,
  term: string,
): { readonly letters: string; readonly identities: readonly Operand[] } {
  const fresh = unusedLetters([...terms, output].join('')).split('');
  const identities: Operand[] = [];
  let letters = '';
  for (const letter of term) {
    if (!letters.includes(letter)) {
      letters += letter;
      continue;
    }
    const size = sizes.get(letter);
    if (typeof size !== 'number')
      return c.fail(`its gradient by the diagonal '${letter}' needs a fixed size`);
    const other = fresh.shift() ?? c.fail('its equation leaves no letter free');
    identities.push({ letters: letter + other, value: identity(c, size) });
    letters += other;
  }
  return { letters, identities };
}

function identity(c: VjpContext, size: number): Value {
  const elements = Array.from({ length: size * size }, (_, at) =>
    at % size === Math.floor(at / size) ? 1 : 0,
  );
  return c.b.constant(elements, { dtype: c.dy.dtype, dims: [size, size] });
}
