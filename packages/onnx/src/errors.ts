/** @file The errors of this package: one base class, a literal `name` and `code` each, and a sentence that says what to do. */

import type { DecodeLimits } from './codec/limits.ts';

export type OnnxErrorCode =
  'ONNX_FORMAT' | 'ONNX_LIMIT' | 'ONNX_GRAPH' | 'ONNX_UNSUPPORTED' | 'ONNX_GRADIENT';

/** Base of every error that this package throws on purpose. */
export abstract class OnnxError extends Error {
  abstract override readonly name: string;
  abstract readonly code: OnnxErrorCode;
}

/** The bytes are not an ONNX model that Colloid takes: truncated, malformed, or with parts it refuses (external data, functions). */
export class ModelFormatError extends OnnxError {
  override readonly name = 'ModelFormatError';
  readonly code = 'ONNX_FORMAT';
}

/** A bound on a model: one that `decodeModel` is given, or how deep branches may lie in each other. */
export type ModelLimit = keyof DecodeLimits | 'branch depth';

/** What is counted against each. */
const COUNTED = {
  bytes: 'bytes',
  nodes: 'nodes',
  elements: 'weights',
  axes: 'axes of one value',
  objectBytes: 'bytes of messages, names and listed numbers',
  nameBytes: 'bytes in one name',
  'branch depth': 'branches inside each other',
} as const satisfies Record<ModelLimit, string>;

/** The model is well formed and larger than the caller allows. */
export class ModelLimitError extends OnnxError {
  override readonly name = 'ModelLimitError';
  readonly code = 'ONNX_LIMIT';
  readonly limit: ModelLimit;
  readonly allowed: number;
  readonly found: number;
  constructor(limit: ModelLimit, allowed: number, found: number) {
    super(`The model has ${found} ${COUNTED[limit]}, and ${allowed} are the most.`);
    this.limit = limit;
    this.allowed = allowed;
    this.found = found;
  }
}

/** A graph is inconsistent: names, order, dtypes or shapes. `node` names the place where there is one. */
export class GraphError extends OnnxError {
  override readonly name = 'GraphError';
  readonly code = 'ONNX_GRAPH';
  readonly node: string | undefined;
  constructor(message: string, options: { node?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.node = options.node;
  }
}

/** What one node lacks: a type inference rule or a gradient rule. */
export interface UnsupportedOperator {
  readonly operator: string;
  readonly node: string;
  readonly reason: string;
}

/** Operators without the support that was asked for, all of them at once. */
export class UnsupportedOperatorError extends OnnxError {
  override readonly name = 'UnsupportedOperatorError';
  readonly code = 'ONNX_UNSUPPORTED';
  readonly operators: readonly UnsupportedOperator[];
  constructor(operators: readonly UnsupportedOperator[]) {
    super(operators.map((o) => `${o.operator} '${o.node}': ${o.reason}`).join('\n'));
    this.operators = operators;
  }
}

/** The gradient that was asked for does not exist or cannot be expressed; the message says which value and why. */
export class GradientError extends OnnxError {
  override readonly name = 'GradientError';
  readonly code = 'ONNX_GRADIENT';
  readonly node: string | undefined;
  constructor(message: string, options: { node?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.node = options.node;
  }
}

/** True for every error of this package. */
export function isOnnxError(error: unknown): error is OnnxError {
  return error instanceof OnnxError;
}

/** Fails on a broken assumption of our own code, never on input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Bug in @colloid/onnx: ${message}`);
}
