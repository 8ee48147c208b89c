/** @file Attributes of nodes, and reading them with the standard's defaults. */
import { GraphError } from '../errors.ts';
import type { Tensor } from './tensor.ts';

export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] };

export type Attributes = Readonly<Record<string, Attribute>>;

/** What builders accept: plain values, converted by `attributesFrom`. */
export type AttributeInput =
  number | string | Tensor | readonly number[] | readonly string[] | Attribute;

/** Attribute names that hold floats in every standard operator that has them; other numbers are integers. */
const FLOAT_NAMES = new Set([
  'alpha',
  'beta',
  'gamma',
  'epsilon',
  'momentum',
  'lambd',
  'bias',
  'ratio',
  'value_float',
  'value_floats',
  'cubic_coeff_a',
  'extrapolation_value',
  'spatial_scale',
  'low',
  'high',
  'mean',
  'scale',
  'seed',
]);

/** Converts plain values: numbers by name to int or float, strings, tensors; attributes pass. Frozen. */
export function attributesFrom(inputs: Readonly<Record<string, AttributeInput>>): Attributes {
  const result: Record<string, Attribute> = {};
  for (const name of Object.keys(inputs).toSorted())
    result[name] = Object.freeze(attributeFrom(name, inputs[name] as AttributeInput));
  return Object.freeze(result);
}

export interface HasAttributes {
  readonly name: string;
  readonly opType: string;
  readonly attributes: Attributes;
}

export function intAttribute(node: HasAttributes, name: string, fallback: number): number {
  return read(node, name, 'int') ?? fallback;
}

export function floatAttribute(node: HasAttributes, name: string, fallback: number): number {
  return read(node, name, 'float') ?? fallback;
}

export function stringAttribute(node: HasAttributes, name: string, fallback: string): string {
  return read(node, name, 'string') ?? fallback;
}

export function intsAttribute(node: HasAttributes, name: string): readonly number[] | undefined {
  return read(node, name, 'ints');
}

export function tensorAttribute(node: HasAttributes, name: string): Tensor | undefined {
  return read(node, name, 'tensor');
}

interface ValueOfKind {
  readonly int: number;
  readonly float: number;
  readonly string: string;
  readonly tensor: Tensor;
  readonly ints: readonly number[];
  readonly floats: readonly number[];
  readonly strings: readonly string[];
}

function read<K extends Attribute['kind']>(
  node: HasAttributes,
  name: string,
  kind: K,
): ValueOfKind[K] | undefined {
  const attribute = node.attributes[name];
  if (attribute === undefined) return undefined;
  if (attribute.kind !== kind)
    throw new GraphError(
      `${node.opType} '${node.name}': expected attribute ${name} to be ${kind}, got ${attribute.kind}.`,
      { node: node.name },
    );
  return attribute.value as ValueOfKind[K];
}

function attributeFrom(name: string, input: AttributeInput): Attribute {
  if (typeof input === 'string') return { kind: 'string', value: input };
  const isFloatName = FLOAT_NAMES.has(name);
  if (typeof input === 'number') {
    if (!isFloatName && !Number.isSafeInteger(input))
      throw new GraphError(`Attribute ${name}: expected a whole number, got ${input}.`);
    return { kind: isFloatName ? 'float' : 'int', value: input };
  }
  if (isList(input)) {
    const values = Object.freeze([...input]);
    if (values.some((v) => typeof v === 'string'))
      return { kind: 'strings', value: values as readonly string[] };
    return { kind: isFloatName ? 'floats' : 'ints', value: values as readonly number[] };
  }
  return input.kind === 'tensor' && 'dtype' in input ? { kind: 'tensor', value: input } : input;
}

function isList(input: AttributeInput): input is readonly number[] | readonly string[] {
  return Array.isArray(input);
}
