/** @file Parses, validates and measures an operation that comes by WebSocket or server-sent events; Apollo does it for HTTP. */
import {
  getOperationAST,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { ExecutionArgs, GraphQLSchema } from 'graphql';

import type { GatewayContext } from '../context.ts';
import { checkTokens, limitErrors } from '../limits/check-limits.ts';

/** An operation as it comes in. */
export interface IncomingOperation {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}

/** What every operation is checked against. */
export interface OperationRules {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
}

/** Arguments to execute the operation with, or the reasons why it is not. */
export function prepareOperation(
  operation: IncomingOperation,
  rules: OperationRules,
  contextValue: GatewayContext,
): ExecutionArgs | readonly GraphQLError[] {
  const { schema, introspection } = rules;
  const { operationName, variables } = operation;
  try {
    checkTokens(operation.query);
    const document = parse(operation.query);
    const validation = introspection
      ? specifiedRules
      : [...specifiedRules, NoSchemaIntrospectionCustomRule];
    const errors = validate(schema, document, validation);
    if (errors.length > 0) return errors;
    const excesses = limitErrors({ schema, document, operationName, variables });
    if (excesses.length > 0) return excesses;
    if (getOperationAST(document, operationName) === null) return [unknownOperation()];
    return { schema, document, operationName, variableValues: variables, contextValue };
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function unknownOperation(): GraphQLError {
  return new GraphQLError(
    'The document has no operation of that name, or several and none was named.',
    { extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } },
  );
}
