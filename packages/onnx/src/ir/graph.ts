/** @file The graph: frozen nodes in topological order, values known by name. */
import type { Attributes } from './attribute.ts';
import type { Dim } from './dim.ts';
import type { DType } from './dtype.ts';
import type { Tensor } from './tensor.ts';

export interface ValueType {
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

export interface ValueInfo {
  readonly name: string;
  readonly type: ValueType;
}

/** One operator. `inputs` holds value names, '' for an absent optional one; the same in `outputs`. */
export interface Node {
  readonly kind: 'node';
  readonly name: string;
  readonly domain: string;
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** A whole model. Never changed after it is made: transforms return new graphs that share tensors. */
export interface Graph {
  readonly kind: 'graph';
  readonly name: string;
  readonly opset: number;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initialisers: ReadonlyMap<string, Tensor>;
  readonly nodes: readonly Node[];
  readonly metadata: Readonly<Record<string, string>>;
}

export const MIN_OPSET = 13;
export const MAX_OPSET = 21;
export const DEFAULT_OPSET = 17;

export function valueType(dtype: DType, shape: readonly Dim[]): ValueType {
  return Object.freeze({ dtype, shape: Object.freeze([...shape]) });
}

export function valueInfo(name: string, type: ValueType): ValueInfo {
  return Object.freeze({ name, type: valueType(type.dtype, type.shape) });
}

export function node(fields: Omit<Node, 'kind' | 'domain'> & { readonly domain?: string }): Node {
  return Object.freeze({
    kind: 'node',
    name: fields.name,
    domain: fields.domain ?? '',
    opType: fields.opType,
    inputs: Object.freeze([...fields.inputs]),
    outputs: Object.freeze([...fields.outputs]),
    attributes: fields.attributes,
  });
}

export function graph(
  fields: Omit<Graph, 'kind' | 'metadata'> & { readonly metadata?: Graph['metadata'] },
): Graph {
  return Object.freeze({
    kind: 'graph',
    name: fields.name,
    opset: fields.opset,
    inputs: Object.freeze([...fields.inputs]),
    outputs: Object.freeze([...fields.outputs]),
    initialisers: new Map(fields.initialisers),
    nodes: Object.freeze([...fields.nodes]),
    metadata: Object.freeze({ ...fields.metadata }),
  });
}

/** 'float32[batch, 3, 64, 64]' */
export function formatType(type: ValueType): string {
  return `${type.dtype}[${type.shape.join(', ')}]`;
}

/** The operator's name with its domain unless that is the standard one. */
export function operatorName(of: { readonly domain: string; readonly opType: string }): string {
  return of.domain === '' ? of.opType : `${of.domain}.${of.opType}`;
}
