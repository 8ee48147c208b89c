/** @file Fields of galleries and covariate sets alike. */
import type { core } from 'nexus';

/**
 * What is said of a set of either kind: its name, its terms, and how far its making has come. Fields of other types stay
 * with their set: nexus has no type for a block of either.
 */
export function addSetFields(
  t: core.ObjectDefinitionBlock<'Gallery'> | core.ObjectDefinitionBlock<'CovariateSet'>,
): void {
  t.implements('Node');
  t.string('name', { description: 'Its name; recipes refer to it as name@version.' });
  t.string('version', { description: 'Its version.' });
  t.nullable.string('licence', {
    description: 'The terms its source may be used under; null where nobody said.',
  });
  t.float('progress', { description: 'Share of its making that is done: 0 to 1.' });
  t.nullable.string('refusal', {
    description: 'Why it is REFUSED, with what to do; null in every other state.',
  });
}
