/** @file Fetching anything that has a global id. */
import { GraphQLError } from 'graphql';

import { fromGlobalId, toGlobalId } from '../../ids.ts';
import type { NodeTypeName } from '../../ids.ts';
import { loadNode } from '../../loaders/load-node.ts';
import { LIMITS } from '../../limits/limits.ts';
import { idArg, interfaceType, list, nonNull, nullable, queryField } from '../nexus.ts';

export const Node = interfaceType({
  name: 'Node',
  description: 'Something with an id of its own.',
  definition(t) {
    t.id('id', {
      description: 'The same for ever, and different from every other id. Opaque.',
      // Inherited by every type that is a node, so none can forget it.
      resolve: (node, _args, _context, { parentType }) =>
        toGlobalId(parentType.name as NodeTypeName, node),
    });
  },
});

export const nodeQuery = queryField('node', {
  type: nullable('Node'),
  description: 'The thing with this id; null where there is none that you may see.',
  args: { id: nonNull(idArg({ description: 'Any `id` that the API has given out.' })) },
  resolve: (_root, { id }, context) => loadNode(context.loaders, fromGlobalId(id)),
});

export const nodesQuery = queryField((t) => {
  t.list.nullable.field('nodes', {
    type: 'Node',
    description: 'The things with these ids, in this order; null for each that you may not see.',
    extensions: { price: { sizeArguments: ['ids'], assumedSize: LIMITS.nodes } },
    args: {
      ids: nonNull(
        list(
          nonNull(
            idArg({ description: `At most ${LIMITS.nodes} ids that the API has given out.` }),
          ),
        ),
      ),
    },
    resolve: (_root, { ids }, context) => {
      if (ids.length > LIMITS.nodes) throw tooManyIds(ids.length);
      return ids.map((id) => loadNode(context.loaders, fromGlobalId(id)));
    },
  });
});

function tooManyIds(actual: number): GraphQLError {
  return new GraphQLError(
    `There are ${actual} ids in 'ids', and ${LIMITS.nodes} is the most; send several requests.`,
    {
      extensions: {
        code: 'LIMIT_EXCEEDED',
        limit: { name: 'nodes', maximum: LIMITS.nodes, actual },
      },
    },
  );
}
