/** @file Joins whole graphs into one, output to input. */
import { GraphError } from '../errors.ts';
import type { Graph } from '../ir/graph.ts';
import type { Value } from './core-builder.ts';
import { GraphBuilder } from './graph-builder.ts';
import { inline } from './inline.ts';

/** Where an input comes from: an output of an earlier stage. Inputs that are not connected become inputs of the whole. */
export interface Connection {
  /** The earlier stage's prefix. */
  readonly stage: string;
  readonly output: string;
}

export interface Stage {
  /** Names of this stage become `prefix/name`; its place in connections. */
  readonly prefix: string;
  readonly graph: Graph;
  readonly connect?: Readonly<Record<string, Connection>>;
}

export interface ComposeOptions {
  readonly name: string;
  readonly stages: readonly Stage[];
  /** Outputs of the whole by their new names. @default the last stage's outputs under their own names */
  readonly outputs?: Readonly<Record<string, Connection>>;
}

/**
 * One graph out of several. Inputs that are not connected keep their own names, so two stages may share one of the same name and type.
 * @throws GraphError naming the stage when names, dtypes, shapes or opsets do not fit.
 */
export function compose({ name, stages, outputs }: ComposeOptions): Graph {
  const first = stages[0];
  const last = stages.at(-1);
  if (!first || !last)
    throw new GraphError(`Graph '${name}': expected at least one stage, got none.`);
  const builder = new GraphBuilder({ name, opset: first.graph.opset });
  const results = new Map<string, Readonly<Record<string, Value>>>();
  const find = ({ stage, output }: Connection): Value => {
    const value = results.get(stage)?.[output];
    if (!value)
      throw new GraphError(
        `Graph '${name}': no earlier stage '${stage}' has an output '${output}'.`,
      );
    return value;
  };
  for (const { graph, prefix, connect = {} } of stages) {
    if (results.has(prefix))
      throw new GraphError(`Graph '${name}': two stages have the prefix '${prefix}'.`);
    const unknown = Object.keys(connect).find(
      (input) => !graph.inputs.some((i) => i.name === input),
    );
    if (unknown !== undefined)
      throw new GraphError(
        `Graph '${name}': stage '${prefix}' has no input '${unknown}' to connect.`,
      );
    const feeds = graph.inputs.map((input): [string, Value] => {
      const connection = connect[input.name];
      if (connection) return [input.name, find(connection)];
      const isShared = builder.typeOf(input.name) !== undefined;
      return [
        input.name,
        isShared
          ? builder.value(input.name)
          : builder.input(input.name, input.type.dtype, input.type.shape),
      ];
    });
    results.set(prefix, inline(builder, graph, Object.fromEntries(feeds), prefix));
  }
  const chosen =
    outputs ??
    Object.fromEntries(
      last.graph.outputs.map((o) => [o.name, { stage: last.prefix, output: o.name }]),
    );
  for (const [output, connection] of Object.entries(chosen))
    builder.output(output, find(connection));
  return builder.build();
}
