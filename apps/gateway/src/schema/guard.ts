/** @file Stands before every operation: turns away keys that are not good, and keys without the scope it needs. */
import { ACTION_WORDS, isScope } from '@colloid/catalog';
import { defaultFieldResolver, GraphQLError } from 'graphql';
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';

import type { GatewayContext } from '../context.ts';
import { notSignedIn } from '../graphql/errors.ts';
import { needOf } from './permissions.ts';
import type { Need } from './permissions.ts';

/** Puts the guard before each field of the three roots. Roles are the catalog's to check: only it knows whose a thing is. */
export function guardOperations(schema: GraphQLSchema): GraphQLSchema {
  const roots = {
    Query: schema.getQueryType(),
    Mutation: schema.getMutationType(),
    Subscription: schema.getSubscriptionType(),
  };
  for (const [kind, type] of Object.entries(roots)) {
    if (type != null) guardFields(kind as keyof typeof roots, type);
  }
  return schema;
}

function guardFields(kind: 'Query' | 'Mutation' | 'Subscription', type: GraphQLObjectType): void {
  for (const [name, field] of Object.entries(type.getFields())) {
    const need = needOf(kind, name);
    const { resolve = defaultFieldResolver, subscribe } = field;
    const check = (context: GatewayContext) => {
      // Queries answer nobody as they answer a stranger; nothing is changed by nobody.
      if (kind === 'Mutation' && need !== 'anyone' && context.actor === null) {
        throw context.refusal ?? notSignedIn();
      }
      checkNeed(need, context);
    };
    if (subscribe === undefined) {
      field.resolve = (root, args, context: GatewayContext, info) => {
        check(context);
        return resolve(root, args, context, info);
      };
    } else {
      field.subscribe = (root, args, context: GatewayContext, info) => {
        check(context);
        return subscribe(root, args, context, info);
      };
    }
  }
}

/** @throws GraphQLError for a key that is not good, or FORBIDDEN for one that lacks the scope. */
function checkNeed(need: Need, { actor, refusal }: GatewayContext): void {
  if (refusal !== null) throw refusal;
  const key = actor?.key;
  if (key === undefined || need === 'anyone' || need === 'member') return;
  if (need === 'person' || !isScope(need)) {
    throw new GraphQLError(
      'No API key can do this; sign in and do it in the pages, or with your session.',
      { extensions: { code: 'FORBIDDEN' } },
    );
  }
  if (key.scopes.has(need)) return;
  throw new GraphQLError(
    `This API key lacks the scope '${need}' (${ACTION_WORDS[need]}); make a key that has it.`,
    { extensions: { code: 'FORBIDDEN', scope: need } },
  );
}
