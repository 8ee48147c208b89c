/** @file What an inference rule sees of one node, and how it fails. */
import { GraphError } from '../errors.ts';
import {
  floatAttribute,
  intAttribute,
  intsAttribute,
  stringAttribute,
  tensorAttribute,
} from '../ir/attribute.ts';
import { broadcastShapes, formatShape, opaque, type Dim } from '../ir/dim.ts';
import { operatorName, valueType, type Node, type ValueType } from '../ir/graph.ts';
import type { Tensor } from '../ir/tensor.ts';

/**
 * A small tensor whose elements are known, as in shape arithmetic: whole numbers may be symbolic dimensions, conditions are 0 and 1.
 */
export interface KnownInts {
  readonly dims: readonly number[];
  readonly values: readonly Dim[];
}

/** Gives the output types of one node. */
export type InferRule = (context: InferContext) => readonly ValueType[];

/** Gives the known elements of a node's first output, or undefined when they are not known. */
export type FoldRule = (context: InferContext) => KnownInts | undefined;

export interface InferSource {
  readonly type: (name: string) => ValueType | undefined;
  readonly ints: (name: string) => KnownInts | undefined;
  readonly constant: (name: string) => Tensor | undefined;
}

export class InferContext {
  readonly node: Node;
  readonly opset: number;
  private readonly source: InferSource;

  constructor(node: Node, opset: number, source: InferSource) {
    this.node = node;
    this.opset = opset;
    this.source = source;
  }

  has(index: number): boolean {
    return (this.node.inputs[index] ?? '') !== '';
  }

  /** The type of a required input. */
  type(index: number): ValueType {
    const name = this.node.inputs[index] ?? '';
    const type = name === '' ? undefined : this.source.type(name);
    return type ?? this.fail(`expected input ${index}, got none`);
  }

  shape(index: number): readonly Dim[] {
    return this.type(index).shape;
  }

  /** Known elements of an input, undefined when absent or computed at run time. */
  ints(index: number): KnownInts | undefined {
    return this.has(index) ? this.source.ints(this.node.inputs[index] as string) : undefined;
  }

  /** The shape that inference gave to an output; undefined while it runs. */
  outputShape(index = 0): readonly Dim[] | undefined {
    return this.source.type(this.node.outputs[index] ?? '')?.shape;
  }

  outputDtype(): ValueType['dtype'] | undefined {
    return this.source.type(this.node.outputs[0] ?? '')?.dtype;
  }

  /** Known whole numbers of an input, e.g. axes. Fails when it is there and not constant. */
  numbers(index: number, what: string): readonly number[] | undefined {
    if (!this.has(index)) return undefined;
    const values = this.ints(index)?.values;
    if (!values || values.some((v) => typeof v !== 'number'))
      return this.fail(`expected constant ${what} (input ${index})`);
    return values as readonly number[];
  }

  constant(index: number): Tensor | undefined {
    return this.has(index) ? this.source.constant(this.node.inputs[index] as string) : undefined;
  }

  int(name: string, fallback: number): number {
    return intAttribute(this.node, name, fallback);
  }

  float(name: string, fallback: number): number {
    return floatAttribute(this.node, name, fallback);
  }

  string(name: string, fallback: string): string {
    return stringAttribute(this.node, name, fallback);
  }

  intList(name: string): readonly number[] | undefined {
    return intsAttribute(this.node, name);
  }

  tensor(name: string): Tensor | undefined {
    return tensorAttribute(this.node, name);
  }

  /** An axis from -rank to rank-1 as 0 to rank-1. */
  axis(axis: number, rank: number): number {
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
      this.fail(`expected an axis from ${-rank} to ${rank - 1}, got ${axis}`);
    return axis < 0 ? axis + rank : axis;
  }

  /** The broadcast shape of inputs, all of the same dtype from `from` on. */
  broadcast(indices: readonly number[]): readonly Dim[] {
    let shape: readonly Dim[] = [];
    for (const index of indices) {
      const next = broadcastShapes(shape, this.shape(index));
      if (!next)
        return this.fail(
          `shapes ${formatShape(shape)} and ${formatShape(this.shape(index))} do not broadcast`,
        );
      shape = next;
    }
    return shape;
  }

  /** Fails unless the inputs share a dtype; returns it. */
  sameDtype(indices: readonly number[]): ValueType['dtype'] {
    const first = this.type(indices[0] ?? 0).dtype;
    for (const index of indices)
      if (this.type(index).dtype !== first)
        this.fail(
          `expected inputs of one dtype, got ${first} and ${this.type(index).dtype}; cast one of them`,
        );
    return first;
  }

  /** A dimension that only the run knows, named after the node. */
  unknownDim(axis: number): Dim {
    return opaque(`${this.node.outputs[0] ?? this.node.name}#${axis}`);
  }

  /** One output with the dtype of input 0 and the given shape. */
  like(shape: readonly Dim[]): readonly ValueType[] {
    return [valueType(this.type(0).dtype, shape)];
  }

  fail(message: string): never {
    throw new GraphError(`${operatorName(this.node)} '${this.node.name}': ${message}.`, {
      node: this.node.name,
    });
  }
}
