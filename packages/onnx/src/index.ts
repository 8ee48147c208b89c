/** @file ONNX graphs: read, write, build, compose, differentiate. Bytes in, bytes out. */
export { adaptForCpu } from './adapt/cpu.ts';
export { computeInFloat16 } from './adapt/float16.ts';
export { adaptForWebGpu } from './adapt/web-gpu.ts';
export type { WinogradOptions } from './adapt/winograd.ts';
export {
  CoreBuilder,
  type BuilderOptions,
  type ConstantOptions,
  type OpOptions,
  type Value,
} from './build/core-builder.ts';
export {
  GraphBuilder,
  type PoolOptions,
  type ReduceOptions,
  type WindowAttributes,
} from './build/graph-builder.ts';
export { ElementwiseBuilder, type Operand } from './build/elementwise-builder.ts';
export { compose, type ComposeOptions, type Connection, type Stage } from './build/compose.ts';
export { HELD_SUFFIX, holdBranches } from './build/hold-branches.ts';
export { inline } from './build/inline.ts';
export { pruneNodes } from './build/prune.ts';
export { decodeModel } from './codec/decode.ts';
export { encodeModel, encodeModelParts } from './codec/encode.ts';
export { encodeModelApart, type ModelApart } from './codec/encode-apart.ts';
export { checkOutline, type ReadAt } from './codec/outline.ts';
export { DEFAULT_LIMITS, type DecodeLimits } from './codec/limits.ts';
export * from './errors.ts';
export {
  attributesFrom,
  type Attribute,
  type AttributeInput,
  type Attributes,
} from './ir/attribute.ts';
export { check, checkStructure, inferTypes } from './ir/check.ts';
export { elementCount, formatShape, type Dim } from './ir/dim.ts';
export type { DType, TensorData } from './ir/dtype.ts';
export { float16Bits, float16Value } from './ir/float16.ts';
export {
  formatType,
  graph,
  node,
  operatorName,
  valueInfo,
  valueType,
  MAX_OPSET,
  MIN_OPSET,
  type Graph,
  type Node,
  type ValueInfo,
  type ValueType,
} from './ir/graph.ts';
export { absorbFactors } from './simplify/absorb-factors.ts';
export { deferFactors } from './simplify/defer-factors.ts';
export { eliminateCommon } from './simplify/eliminate-common.ts';
export { simplify } from './simplify/simplify.ts';
export {
  estimateMemory,
  movedBytes,
  type MemoryEstimate,
  type Sizes,
} from './memory/estimate-memory.ts';
export { recompute, type RecomputeOptions } from './memory/recompute.ts';
export { print } from './ir/print.ts';
export { mapTensor, tensor, tensorFrom, tensorNumbers, type Tensor } from './ir/tensor.ts';
export {
  differentiate,
  gradientStatus,
  type DifferentiatedOutput,
  type DifferentiateOptions,
} from './grad/engine.ts';
export { bind, promote } from './build/promote.ts';
export { listOperators, type GradientState, type OperatorSupport } from './operators.ts';
