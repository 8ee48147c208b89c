/** @file Asking how the installation is. */
import { requireActor } from '../../context.ts';
import { nonNull, queryField } from '../nexus.ts';
import { readSystem } from './read-system.ts';

export const systemQuery = queryField('system', {
  type: nonNull('SystemStatus'),
  description: 'How this installation of Colloid is. Needs somebody to be signed in.',
  resolve: (_root, _args, context) => {
    requireActor(context);
    return readSystem(context);
  },
});
