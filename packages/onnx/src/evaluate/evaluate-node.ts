/** @file The outputs of one node whose inputs are constants: what constant folding and the tests' reference interpreter compute with. */
import type { InferContext } from '../infer/context.ts';
import type { ValueType } from '../ir/graph.ts';
import type { Tensor } from '../ir/tensor.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { MOVEMENT } from './movement.ts';

export interface Evaluation {
  readonly context: InferContext;
  /** By input, undefined for an absent one. */
  readonly inputs: readonly (Tensor | undefined)[];
  /** Of the outputs, as inferred. */
  readonly types: readonly ValueType[];
  /** Their shapes as numbers. */
  readonly dims: readonly (readonly number[])[];
}

/** Gives the outputs, or undefined when it cannot. */
export type EvaluateRule = (evaluation: Evaluation) => readonly Tensor[] | undefined;

const RULES = new Map<string, EvaluateRule>(Object.entries({ ...ARITHMETIC, ...MOVEMENT }));

/** Operators whose outputs depend on the shape of their input alone. */
const READS_SHAPE_ONLY = new Set(['Shape', 'Size']);

/** The operator's outputs, computed in float64 and rounded once; undefined where an input or a shape is not known, or no rule is. */
export function evaluateNode(
  context: InferContext,
  types: readonly ValueType[],
): readonly Tensor[] | undefined {
  const { node } = context;
  const rule = node.domain === '' ? RULES.get(node.opType) : undefined;
  if (!rule) return undefined;
  const inputs = node.inputs.map((_, at) => context.constant(at));
  const isKnown = inputs.every((input, at) => input !== undefined || !context.has(at));
  if (!isKnown && !READS_SHAPE_ONLY.has(node.opType)) return undefined;
  const dims: (readonly number[])[] = [];
  for (const { shape } of types) {
    if (!shape.every((d) => typeof d === 'number')) return undefined;
    dims.push(shape);
  }
  return rule({ context, inputs, types, dims });
}
