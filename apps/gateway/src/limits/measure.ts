/** @file Measures an operation before it runs. Every fragment is measured once, so the work is linear in the document. */
import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  valueFromASTUntyped,
} from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';

import type { FieldPrice } from './limits.ts';

/** Sizes of an operation. */
export interface Measures {
  /** Levels of fields inside each other. */
  readonly depth: number;
  readonly aliases: number;
  /** Objects that could be fetched at most. */
  readonly cost: number;
}

const NOTHING: Measures = { depth: 0, aliases: 0, cost: 0 };

/**
 * Sizes of an operation with these variables. The document need not be valid: what the schema does not know
 * counts as a plain field, and validation refuses it afterwards.
 */
export function measureOperation(options: {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}): Measures {
  const { schema, document, operation } = options;
  const meter = new Meter(schema, document, withDefaults(operation, options.variables));
  return meter.measure(
    operation.selectionSet,
    schema.getRootType(operation.operation) ?? undefined,
  );
}

class Meter {
  readonly #schema: GraphQLSchema;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #measured = new Map<string, Measures>();

  constructor(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.#schema = schema;
    this.#variables = variables;
    this.#fragments = new Map(
      document.definitions
        .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
        .map((definition) => [definition.name.value, definition]),
    );
  }

  measure(set: SelectionSetNode, parent: GraphQLNamedType | undefined): Measures {
    let total = NOTHING;
    for (const selection of set.selections) {
      const part =
        selection.kind === Kind.FIELD
          ? this.#field(selection, parent)
          : selection.kind === Kind.FRAGMENT_SPREAD
            ? this.#fragment(selection.name.value)
            : this.measure(
                selection.selectionSet,
                this.#typeNamed(selection.typeCondition?.name.value) ?? parent,
              );
      total = {
        depth: Math.max(total.depth, part.depth),
        aliases: total.aliases + part.aliases,
        cost: total.cost + part.cost,
      };
    }
    return total;
  }

  #field(node: FieldNode, parent: GraphQLNamedType | undefined): Measures {
    // Introspection reads no rows, and graphql's own rules keep it from nesting for ever.
    if (node.name.value.startsWith('__')) return NOTHING;
    const aliases = node.alias === undefined ? 0 : 1;
    if (node.selectionSet === undefined) return { depth: 1, aliases, cost: 0 };
    const field = fieldOf(parent, node.name.value);
    const type = field === undefined ? undefined : getNamedType(field.type);
    const inner = this.measure(node.selectionSet, type);
    const size = isCompositeType(type) ? this.#sizeOf(node, field) : 1;
    return {
      depth: inner.depth + 1,
      aliases: inner.aliases + aliases,
      cost: size * (1 + inner.cost),
    };
  }

  #fragment(name: string): Measures {
    const known = this.#measured.get(name);
    if (known !== undefined) return known;
    // A fragment inside itself is refused by validation; here it only must not run forever.
    this.#measured.set(name, NOTHING);
    const fragment = this.#fragments.get(name);
    if (fragment === undefined) return NOTHING;
    const type = this.#typeNamed(fragment.typeCondition.name.value);
    const measures = this.measure(fragment.selectionSet, type);
    this.#measured.set(name, measures);
    return measures;
  }

  #sizeOf(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): number {
    const price = field?.extensions['price'] as FieldPrice | undefined;
    if (price === undefined) return 1;
    for (const name of price.sizeArguments ?? []) {
      const argument = node.arguments?.find((given) => given.name.value === name);
      const value: unknown =
        argument === undefined ? undefined : valueFromASTUntyped(argument.value, this.#variables);
      if (Array.isArray(value)) return value.length;
      if (typeof value === 'number' && value >= 0) return value;
    }
    return price.assumedSize;
  }

  #typeNamed(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.#schema.getType(name);
  }
}

function fieldOf(
  parent: GraphQLNamedType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

function withDefaults(
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue === undefined
      ? []
      : [[variable.name.value, valueFromASTUntyped(defaultValue)] as const],
  );
  return { ...Object.fromEntries(defaults), ...given };
}
