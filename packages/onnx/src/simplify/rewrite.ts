/** @file What passes that replace nodes share: who makes and reads a value, and new nodes under fresh names. */
import { attributesFrom, type AttributeInput } from '../ir/attribute.ts';
import { graph, node, type Graph, type Node, type ValueType } from '../ir/graph.ts';
import { sortNodes } from '../ir/order.ts';
import { typeTable } from '../ir/check.ts';
import type { InferContext } from '../infer/context.ts';
import type { TypeTable } from '../infer/infer-node.ts';
import { tensorFrom, type Tensor } from '../ir/tensor.ts';

/** A graph being rewritten: nodes are added and values redirected, then `finish` gives the new graph, in order and with what is unused still there. */
export class Rewriter {
  readonly source: Graph;
  readonly table: TypeTable;
  private readonly producers = new Map<string, Node>();
  private readonly readers = new Map<string, Node[]>();
  private readonly outputs: ReadonlySet<string>;
  private readonly added: Node[] = [];
  private readonly initialisers: Map<string, Tensor>;
  private readonly redirects = new Map<string, string>();
  private readonly names: Set<string>;

  constructor(source: Graph) {
    this.source = source;
    this.table = typeTable(source);
    this.outputs = new Set(source.outputs.map((o) => o.name));
    this.initialisers = new Map(source.initialisers);
    this.names = new Set([...this.table.types.keys(), ...source.nodes.map((n) => n.name)]);
    for (const each of source.nodes) {
      for (const output of each.outputs) this.producers.set(output, each);
      for (const input of new Set(each.inputs))
        this.readers.set(input, [...(this.readers.get(input) ?? []), each]);
    }
  }

  /** The standard-domain node of this operator that makes a value. */
  producer(name: string, opType?: string): Node | undefined {
    const found = this.producers.get(name);
    return found?.domain === '' && (opType === undefined || found.opType === opType)
      ? found
      : undefined;
  }

  /** The nodes that read a value, each once. */
  readersOf(name: string): readonly Node[] {
    return this.readers.get(name) ?? [];
  }

  /** Whether one node alone reads the value and it is no output of the graph. */
  isPrivate(name: string): boolean {
    return !this.outputs.has(name) && this.readersOf(name).length === 1;
  }

  isOutput(name: string): boolean {
    return this.outputs.has(name);
  }

  type(name: string): ValueType | undefined {
    return this.table.types.get(name);
  }

  constant(name: string): Tensor | undefined {
    return this.table.constant(name);
  }

  context(of: Node): InferContext {
    return this.table.context(of);
  }

  /** Adds a constant under a fresh name like `hint`. */
  initialiser(hint: string, value: Tensor): string {
    const name = this.fresh(hint);
    this.initialisers.set(name, value);
    this.table.addConstant(name, value);
    return name;
  }

  int64(hint: string, values: readonly number[]): string {
    return this.initialiser(hint, tensorFrom('int64', values));
  }

  /** Adds a node of one output and returns the output's name. */
  add(
    hint: string,
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
  ): string {
    const name = this.fresh(hint);
    this.addNode(name, opType, { inputs, outputs: [name], attributes });
    return name;
  }

  /** Adds a node of `count` outputs and returns their names. */
  addParts(
    hint: string,
    opType: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, AttributeInput>> = {},
  ): readonly string[] {
    const name = this.fresh(hint);
    const outputs = Array.from({ length: count }, (_, at) => this.fresh(`${name}_${at}`));
    this.addNode(name, opType, { inputs, outputs, attributes });
    return outputs;
  }

  private addNode(
    name: string,
    opType: string,
    {
      inputs,
      outputs,
      attributes,
    }: {
      readonly inputs: readonly string[];
      readonly outputs: readonly string[];
      readonly attributes: Readonly<Record<string, AttributeInput>>;
    },
  ): void {
    const made = node({ name, opType, inputs, outputs, attributes: attributesFrom(attributes) });
    this.table.addNode(made);
    this.added.push(made);
    for (const output of outputs) this.producers.set(output, made);
  }

  /** From `finish` on, everything that reads `old` reads `replacement`, which must not depend on `old`; an output keeps its name. */
  redirect(old: string, replacement: string): void {
    this.redirects.set(old, replacement);
  }

  get hasChanged(): boolean {
    return this.redirects.size > 0;
  }

  finish(): Graph {
    if (!this.hasChanged) return this.source;
    const target = (name: string): string => {
      let current = name;
      for (let next = this.redirects.get(current); next !== undefined;)
        [current, next] = [next, this.redirects.get(next)];
      return current;
    };
    const all = [...this.source.nodes, ...this.added].map((each) =>
      each.inputs.some((input) => this.redirects.has(input))
        ? node({ ...each, inputs: each.inputs.map(target) })
        : each,
    );
    const nodes = this.keepOutputNames(all, target);
    const given = new Set([...this.source.inputs.map((i) => i.name), ...this.initialisers.keys()]);
    return graph({
      ...this.source,
      initialisers: this.initialisers,
      nodes: sortNodes(nodes, given),
    });
  }

  /** An output that was redirected is made by its replacement under its own name, or copied where that has a name to keep. */
  private keepOutputNames(nodes: readonly Node[], target: (name: string) => string): Node[] {
    const renames = new Map<string, string>();
    const copies: Node[] = [];
    for (const name of this.outputs) {
      const replacement = target(name);
      if (replacement === name) continue;
      const isFree =
        this.producers.has(replacement) &&
        !renames.has(replacement) &&
        !this.outputs.has(replacement);
      renames.set(name, `${name}/replaced`);
      if (isFree) renames.set(replacement, name);
      else
        copies.push(
          node({
            name: this.fresh(`${name}/copy`),
            opType: 'Identity',
            inputs: [replacement],
            outputs: [name],
            attributes: {},
          }),
        );
    }
    if (renames.size === 0) return [...nodes];
    const rename = (name: string): string => renames.get(name) ?? name;
    const renamed = nodes.map((each) =>
      node({ ...each, inputs: each.inputs.map(rename), outputs: each.outputs.map(rename) }),
    );
    const copied = copies.map((copy) => node({ ...copy, inputs: copy.inputs.map(rename) }));
    return [...renamed, ...copied];
  }

  private fresh(hint: string): string {
    let name = hint;
    for (let count = 1; this.names.has(name); count += 1) name = `${hint}_${count}`;
    this.names.add(name);
    return name;
  }
}
