/** @file Building graphs node by node, with types inferred at once. */
import { GraphError } from '../errors.ts';
import type { InferSource } from '../infer/context.ts';
import { TypeTable } from '../infer/infer-node.ts';
import { attributesFrom, type AttributeInput } from '../ir/attribute.ts';
import { check } from '../ir/check.ts';
import type { Dim } from '../ir/dim.ts';
import { isFloat, type DType, type TensorData } from '../ir/dtype.ts';
import {
  DEFAULT_OPSET,
  graph,
  node,
  valueInfo,
  valueType,
  type Graph,
  type Node,
  type ValueInfo,
  type ValueType,
} from '../ir/graph.ts';
import { sortNodes } from '../ir/order.ts';
import { tensor, tensorFrom, type Tensor } from '../ir/tensor.ts';
import { pruneNodes } from './prune.ts';

/** A value of the graph under construction. Belongs to the builder that made it. */
export interface Value {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

export interface BuilderOptions {
  readonly name: string;
  /** @default 17 */
  readonly opset?: number;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ConstantOptions {
  /** @default 'float32' for plain numbers, else by the array. */
  readonly dtype?: DType;
  /** @default [] for a number, else one axis. */
  readonly dims?: readonly number[];
  readonly name?: string;
}

export interface OpOptions {
  readonly name?: string;
  readonly outputs?: number;
}

/** Constants up to this many elements are shared when equal. */
const MAX_SHARED_ELEMENTS = 64;

export class CoreBuilder {
  readonly opset: number;
  private readonly graphName: string;
  private readonly metadata: Readonly<Record<string, string>>;
  private readonly table: TypeTable;
  private readonly inputs: ValueInfo[] = [];
  private readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  private readonly initialisers = new Map<string, Tensor>();
  private readonly nodes: Node[] = [];
  private readonly names = new Set<string>();
  private readonly counters = new Map<string, number>();
  private readonly shared = new Map<string, Value>();
  private readonly substitutes = new Map<string, string>();
  private prefix = '';

  constructor({ name, opset = DEFAULT_OPSET, metadata = {} }: BuilderOptions) {
    this.graphName = name;
    this.opset = opset;
    this.metadata = metadata;
    this.table = new TypeTable(opset);
  }

  /** Declares an input; its name is not prefixed by the scope. */
  input(name: string, dtype: DType, shape: readonly Dim[]): Value {
    this.reserve(name);
    const type = valueType(dtype, shape);
    this.inputs.push(valueInfo(name, type));
    this.table.types.set(name, type);
    return this.value(name);
  }

  /** A constant; equal small ones are shared unless named. A plain number is a scalar (no axes). */
  constant(data: number | readonly number[] | TensorData, options: ConstantOptions = {}): Value {
    const made = constantTensor(data, options);
    if (options.name !== undefined) return this.initialiser(options.name, made);
    const isSmall = made.data.length <= MAX_SHARED_ELEMENTS;
    const key = isSmall ? `${made.dtype}[${made.dims.join()}]${bitsOf(made)}` : '';
    const known = isSmall ? this.shared.get(key) : undefined;
    if (known) return known;
    const value = this.addInitialiser(this.freshName('const', ''), made);
    if (isSmall) this.shared.set(key, value);
    return value;
  }

  /** A named weight. Its name gets the scope's prefix. */
  initialiser(name: string, value: Tensor): Value {
    const full = this.prefix + name;
    this.reserve(full);
    return this.addInitialiser(full, value);
  }

  /** Adds an operator of the standard domain and returns its first output. `null` stands for an absent optional input. */
  op(
    opType: string,
    inputs: readonly (Value | null)[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
    options: OpOptions = {},
  ): Value {
    return this.ops(opType, inputs, attributes, options.outputs ?? 1, options)[0] as Value;
  }

  /** Adds an operator with several outputs. @throws GraphError when its inputs do not fit. */
  ops(
    opType: string,
    inputs: readonly (Value | null)[],
    attributes: Readonly<Record<string, AttributeInput>>,
    outputCount: number,
    options: Pick<OpOptions, 'name'> = {},
  ): readonly Value[] {
    const name = options.name === undefined ? this.freshName(opType) : this.prefix + options.name;
    const outputs = Array.from({ length: outputCount }, (_, at) =>
      at === 0 ? name : `${name}.${at}`,
    );
    return this.addNode(
      node({
        name,
        opType,
        inputs: inputs.map((v) => this.nameOf(v, opType)),
        outputs,
        attributes: attributesFrom(attributes),
      }),
    );
  }

  /** Adds a node as it is, its names unchanged. Values of absent outputs are skipped. */
  addNode(made: Node): readonly Value[] {
    for (const output of made.outputs) if (output !== '') this.reserve(output);
    this.table.addNode(made);
    this.nodes.push(made);
    return made.outputs.filter((o) => o !== '').map((o) => this.value(o));
  }

  /** Makes a value an output of the graph under this name. */
  output(name: string, value: Value): void {
    this.nameOf(value, 'output');
    if (this.outputs.some((o) => o.name === name))
      throw new GraphError(`Graph '${this.graphName}': the output '${name}' is listed twice.`);
    this.outputs.push({ name, value });
  }

  /** From `build` on, everything that reads `old` reads `replacement`, which must have the same type and not depend on `old`. */
  substitute(old: Value, replacement: Value): void {
    this.nameOf(old, 'substitute');
    this.substitutes.set(old.name, this.nameOf(replacement, 'substitute'));
  }

  /** Nodes and weights made in `body` are named `prefix/…`. Scopes nest. */
  scope<T>(prefix: string, body: () => T): T {
    const outer = this.prefix;
    this.prefix = `${outer}${prefix}/`;
    try {
      return body();
    } finally {
      this.prefix = outer;
    }
  }

  /** The value of this name. @throws GraphError when there is none. */
  value(name: string): Value {
    const type = this.table.types.get(name);
    if (!type) throw new GraphError(`Graph '${this.graphName}': there is no value '${name}'.`);
    return Object.freeze({ name, dtype: type.dtype, shape: type.shape });
  }

  typeOf(name: string): ValueType | undefined {
    return this.table.types.get(name);
  }

  /** The tensor behind a value that is a constant, else undefined. */
  constantOf(value: Value): Tensor | undefined {
    return this.table.constant(value.name);
  }

  /** Known elements of an integer value, as the shape arithmetic of the graph gives them. */
  knownInts(value: Value): readonly Dim[] | undefined {
    return this.table.knownInts(value.name)?.values;
  }

  /** What inference rules and gradient rules may ask about values. */
  inferSource(): InferSource {
    return this.table.source;
  }

  /** The prefix that names get now, '' or ending with '/'. */
  get path(): string {
    return this.prefix;
  }

  /** The checked, frozen graph: unused nodes and constants are left out, outputs carry their names. */
  build(): Graph {
    const nodes = this.substitutedNodes();
    const produced = new Set(nodes.flatMap((n) => n.outputs));
    const renames = new Map<string, string>();
    const outputs = this.outputs.map(({ name, value }) => {
      const source = this.substitutes.get(value.name) ?? value.name;
      const isFree =
        produced.has(source) &&
        !renames.has(source) &&
        (name === source || !this.names.has(name) || this.substitutes.has(name));
      if (isFree) renames.set(source, name);
      else if (name !== source || renames.has(source))
        nodes.push(
          node({
            name: this.identityName(name),
            opType: 'Identity',
            inputs: [source],
            outputs: [name],
            attributes: {},
          }),
        );
      return valueInfo(name, valueType(value.dtype, value.shape));
    });
    // A substituted node that had an output's name must not keep it.
    for (const old of this.substitutes.keys())
      if (!renames.has(old)) renames.set(old, `${old}_substituted`);
    const rename = (name: string): string => renames.get(name) ?? name;
    const renamed = nodes.map((n) =>
      needsRename(n, renames)
        ? node({ ...n, inputs: n.inputs.map(rename), outputs: n.outputs.map(rename) })
        : n,
    );
    const given = new Set([...this.inputs.map((i) => i.name), ...this.initialisers.keys()]);
    const sorted = sortNodes(renamed, given);
    return check(
      pruneNodes(
        graph({
          name: this.graphName,
          opset: this.opset,
          inputs: this.inputs,
          outputs,
          initialisers: this.initialisers,
          nodes: sorted,
          metadata: this.metadata,
        }),
      ),
    );
  }

  private substitutedNodes(): Node[] {
    if (this.substitutes.size === 0) return [...this.nodes];
    const swap = (name: string): string => this.substitutes.get(name) ?? name;
    return this.nodes.map((n) => node({ ...n, inputs: n.inputs.map(swap) }));
  }

  /** A name not used yet: `prefix/base_0` and on. */
  protected freshName(base: string, prefix = this.prefix): string {
    const stem = prefix + base;
    let count = this.counters.get(stem) ?? 0;
    while (this.names.has(`${stem}_${count}`)) count += 1;
    this.counters.set(stem, count + 1);
    return `${stem}_${count}`;
  }

  private identityName(output: string): string {
    const name = this.freshName(`${output}_output`, '');
    this.names.add(name);
    return name;
  }

  private addInitialiser(name: string, value: Tensor): Value {
    this.names.add(name);
    this.initialisers.set(name, value);
    this.table.addConstant(name, value);
    return this.value(name);
  }

  private reserve(name: string): void {
    if (name === '') throw new GraphError(`Graph '${this.graphName}': a name must not be empty.`);
    if (this.names.has(name))
      throw new GraphError(`Graph '${this.graphName}': the name '${name}' is taken.`);
    this.names.add(name);
  }

  private nameOf(value: Value | null, opType: string): string {
    if (value === null) return '';
    if (!this.table.types.has(value.name))
      throw new GraphError(
        `${opType} in graph '${this.graphName}': the value '${value.name}' belongs to another builder.`,
      );
    return value.name;
  }
}

function needsRename(n: Node, renames: ReadonlyMap<string, string>): boolean {
  return n.inputs.some((i) => renames.has(i)) || n.outputs.some((o) => renames.has(o));
}

function constantTensor(
  data: number | readonly number[] | TensorData,
  { dtype, dims }: ConstantOptions,
): Tensor {
  if (typeof data === 'number') return tensorFrom(dtype ?? 'float32', [data], dims ?? []);
  if (isPlain(data)) return tensorFrom(dtype ?? 'float32', data, dims);
  return tensor(dtype ?? dtypeOfArray(data), dims ?? [data.length], data);
}

function isPlain(data: readonly number[] | TensorData): data is readonly number[] {
  return Array.isArray(data);
}

function dtypeOfArray(data: TensorData): DType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Float64Array) return 'float64';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Uint16Array) return 'float16';
  return 'uint8';
}

function bitsOf(t: Tensor): string {
  if (!isFloat(t.dtype)) return t.data.join();
  return Buffer.from(t.data.buffer, t.data.byteOffset, t.data.byteLength).toString('hex');
}
