/**
 * @file Gradient of Einsum: for 'ab,bc->ac', da is Einsum 'ac,bc->ab' of dy and the other inputs.
 *
 * An axis of an input that neither the output nor another input has was summed alone: its gradient is broadcast along it. An equation
 * that repeats a letter within one term (a diagonal) is not taken.
 */
import type { Value } from '../../build/core-builder.ts';
import { rule, type VjpContext } from '../rule.ts';

export const Einsum = rule(
  'Einsum',
  'Einsum of dy and the other inputs; no ellipsis, no repeated letter in a term.',
  (c) => {
    const [left = '', right = ''] = c.string('equation', '').replaceAll(' ', '').split('->');
    const terms = left.split(',');
    if ([...terms, right].some((term) => new Set(term).size !== term.length))
      c.fail(`its gradient for '${left}->${right}' is not taken: a term repeats a letter`);
    return terms.map((_, at) => c.when(at, () => gradientOfTerm(c, { terms, right, at })));
  },
);

function gradientOfTerm(
  c: VjpContext,
  {
    terms,
    right,
    at,
  }: { readonly terms: readonly string[]; readonly right: string; readonly at: number },
): Value {
  const term = terms[at] as string;
  const others = terms
    .map((other, index) => ({ other, index }))
    .filter(({ index }) => index !== at);
  const letters = term.split('');
  const known = new Set([right, ...others.map(({ other }) => other)].join(''));
  const kept = letters.filter((letter) => known.has(letter)).join('');
  const equation = `${[right, ...others.map(({ other }) => other)].join(',')}->${kept}`;
  const gradient = c.b.op('Einsum', [c.dy, ...others.map(({ index }) => c.x(index))], { equation });
  const missing = letters.flatMap((letter, axis) => (known.has(letter) ? [] : [axis]));
  return missing.length === 0 ? gradient : c.expandLike(c.b.unsqueeze(gradient, missing), at);
}
