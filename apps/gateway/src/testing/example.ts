/** @file How an operation is asked for in the tests of permissions. */
import type { Ids, Persona, PermissionWorld } from './permission-world.ts';

/** An operation with its variables, made anew for each attempt: a second one must not fail because of the first. */
export interface Example {
  readonly document: string;
  variables(options: {
    readonly world: PermissionWorld;
    /** Of things that exist, or that do not. */
    readonly ids: Ids;
    readonly isFake: boolean;
    readonly persona: Persona;
  }): object | Promise<object>;
  /** How everybody who is signed in is answered, where roles make no difference. */
  readonly always?: 'NOT_FOUND' | 'DONE';
  /** Puts back what the attempt of a member took away. */
  readonly after?: (world: PermissionWorld, persona: Persona) => Promise<unknown>;
}

const nothing = () => ({});

/** A query. */
export function query(document: string, variables: Example['variables'] = nothing): Example {
  return { document, variables };
}

/** A mutation of one input, whose payload is asked for its errors and for nothing else. */
export function mutation(
  name: string,
  input: Example['variables'],
  rest: Partial<Example> = {},
): Example {
  const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Input`;
  return {
    document: `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code message path } } }`,
    variables: async (options) => ({ input: await input(options) }),
    ...rest,
  };
}
