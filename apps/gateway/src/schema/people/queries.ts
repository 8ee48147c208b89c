/** @file Who is asking. */
import { nullable, queryField } from '../nexus.ts';

export const viewerQuery = queryField('viewer', {
  type: nullable('Viewer'),
  description: 'The person who is signed in; null where nobody is.',
  resolve: (_root, _args, { actor, catalog }) =>
    actor === null ? null : catalog.people.profileOf({ actor }),
});
