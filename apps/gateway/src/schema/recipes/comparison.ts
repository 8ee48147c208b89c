/** @file What two recipes differ in. */
import { objectType } from '../nexus.ts';

export const RecipeDifference = objectType({
  name: 'RecipeDifference',
  description: 'One value of two recipes.',
  definition(t) {
    t.string('path', { description: 'Where it stands in the definition, with dots.' });
    t.string('label', { description: 'A short name for people.' });
    t.nullable.string('symbol', { description: 'Its letter in the published algorithms.' });
    t.nullable.string('unit', { description: 'Its unit, such as radians; null without one.' });
    t.nullable.field('before', {
      type: 'JSON',
      description: 'In the other recipe; null where that has no such value.',
    });
    t.nullable.field('after', {
      type: 'JSON',
      description: 'In this recipe; null where it has no such value.',
    });
    t.boolean('isSame', { description: 'Whether both have the same value.' });
  },
});
