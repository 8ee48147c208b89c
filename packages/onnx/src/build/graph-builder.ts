/** @file The builder with a method for each usual operator; numbers may stand for scalars. */
import type { AttributeInput } from '../ir/attribute.ts';
import type { Graph } from '../ir/graph.ts';
import type { Value } from './core-builder.ts';
import { ElementwiseBuilder } from './elementwise-builder.ts';

export interface WindowAttributes {
  readonly strides?: readonly number[];
  readonly pads?: readonly number[];
  readonly dilations?: readonly number[];
}

export interface PoolOptions extends Pick<WindowAttributes, 'strides' | 'pads'> {
  readonly kernel: readonly number[];
  readonly countIncludePad?: boolean;
}

export interface ReduceOptions {
  /** Default: all axes. */
  readonly axes?: readonly number[];
  /** @default true */
  readonly keepDims?: boolean;
}

/** Opset in which the axes of each reduction became an input. */
const AXES_INPUT_SINCE: Readonly<Record<string, number>> = { ReduceSum: 13 };

export class GraphBuilder extends ElementwiseBuilder {
  /** A builder that already holds a graph: its inputs, initialisers and nodes with their names, not its outputs. */
  static from(graph: Graph, name = graph.name): GraphBuilder {
    const builder = new GraphBuilder({ name, opset: graph.opset, metadata: graph.metadata });
    for (const input of graph.inputs) builder.input(input.name, input.type.dtype, input.type.shape);
    for (const [weight, tensor] of graph.initialisers) builder.initialiser(weight, tensor);
    for (const node of graph.nodes) builder.addNode(node);
    return builder;
  }

  /** alpha · a' · b' + beta · c */
  gemm(
    a: Value,
    b: Value,
    c: Value | null = null,
    options: {
      readonly alpha?: number;
      readonly beta?: number;
      readonly transA?: boolean;
      readonly transB?: boolean;
    } = {},
  ): Value {
    const attributes: Record<string, AttributeInput> = {};
    if (options.alpha !== undefined) attributes['alpha'] = options.alpha;
    if (options.beta !== undefined) attributes['beta'] = options.beta;
    if (options.transA) attributes['transA'] = 1;
    if (options.transB) attributes['transB'] = 1;
    return this.op('Gemm', c ? [a, b, c] : [a, b], attributes);
  }

  /** Convolution of x [N, C, ...] with w [M, C / group, ...]. Default: stride 1, no padding. */
  conv(
    x: Value,
    w: Value,
    bias: Value | null = null,
    options: WindowAttributes & { readonly group?: number } = {},
  ): Value {
    const kernel = w.shape.slice(2) as number[];
    return this.op('Conv', bias ? [x, w, bias] : [x, w], {
      kernel_shape: kernel,
      ...window(options, kernel.length),
      group: options.group ?? 1,
    });
  }

  /** Transposed convolution of x [N, C, ...] with w [C, M / group, ...]. */
  convTranspose(
    x: Value,
    w: Value,
    bias: Value | null = null,
    options: WindowAttributes & {
      readonly group?: number;
      readonly outputPadding?: readonly number[];
    } = {},
  ): Value {
    const kernel = w.shape.slice(2) as number[];
    return this.op('ConvTranspose', bias ? [x, w, bias] : [x, w], {
      kernel_shape: kernel,
      ...window(options, kernel.length),
      output_padding: options.outputPadding ?? kernel.map(() => 0),
      group: options.group ?? 1,
    });
  }

  averagePool(x: Value, options: PoolOptions): Value {
    const { kernel } = options;
    return this.op('AveragePool', [x], {
      kernel_shape: kernel,
      ...window(options, kernel.length, false),
      count_include_pad: options.countIncludePad ? 1 : 0,
    });
  }

  maxPool(x: Value, options: PoolOptions): Value {
    return this.op('MaxPool', [x], {
      kernel_shape: options.kernel,
      ...window(options, options.kernel.length, false),
    });
  }

  /** Inference form: (x - mean) / sqrt(variance + epsilon) · scale + bias, per channel. */
  batchNormalization(
    x: Value,
    options: {
      readonly scale: Value;
      readonly bias: Value;
      readonly mean: Value;
      readonly variance: Value;
      readonly epsilon?: number;
    },
  ): Value {
    return this.op(
      'BatchNormalization',
      [x, options.scale, options.bias, options.mean, options.variance],
      { epsilon: options.epsilon ?? 1e-5 },
    );
  }

  /** Elements from `start` to before `end` along `axis`; negative counts from the end, Infinity means to the end. */
  slice(
    x: Value,
    options: {
      readonly axis: number;
      readonly start: number;
      readonly end: number;
      readonly step?: number;
    },
  ): Value {
    const one = (v: number): Value => this.int64([v]);
    const inputs = [x, one(options.start), one(options.end), one(options.axis)];
    return this.op(
      'Slice',
      options.step === undefined || options.step === 1 ? inputs : [...inputs, one(options.step)],
    );
  }

  split(x: Value, sizes: readonly number[], axis: number): readonly Value[] {
    return this.ops('Split', [x, this.int64(sizes)], { axis }, sizes.length);
  }

  /** 0 copies the input's dimension at that place, -1 takes the rest. */
  reshape(x: Value, shape: readonly number[] | Value): Value {
    return this.op('Reshape', [x, isValue(shape) ? shape : this.int64(shape)]);
  }

  transpose(x: Value, perm: readonly number[]): Value {
    return this.op('Transpose', [x], { perm });
  }

  squeeze(x: Value, axes: readonly number[]): Value {
    return this.op('Squeeze', [x, this.int64(axes)]);
  }

  unsqueeze(x: Value, axes: readonly number[]): Value {
    return this.op('Unsqueeze', [x, this.int64(axes)]);
  }

  /** Rows of x along `axis`, at constant or computed int64 indices. */
  gather(x: Value, indices: Value | readonly number[] | number, axis = 0): Value {
    const at = isValue(indices)
      ? indices
      : typeof indices === 'number'
        ? this.constant(indices, { dtype: 'int64' })
        : this.int64(indices);
    return this.op('Gather', [x, at], { axis });
  }

  /** Broadcasts to the shape; 1 keeps the input's dimension, so symbolic ones stay. */
  expand(x: Value, shape: readonly number[] | Value): Value {
    return this.op('Expand', [x, isValue(shape) ? shape : this.int64(shape)]);
  }

  /** Pads by begins of all axes, then ends. */
  pad(x: Value, pads: readonly number[], value = 0): Value {
    return this.op('Pad', [x, this.int64(pads), this.constant(value, { dtype: x.dtype })], {
      mode: 'constant',
    });
  }

  reduceSum(x: Value, options: ReduceOptions = {}): Value {
    return this.reduce('ReduceSum', x, options);
  }
  reduceMean(x: Value, options: ReduceOptions = {}): Value {
    return this.reduce('ReduceMean', x, options);
  }
  reduceMax(x: Value, options: ReduceOptions = {}): Value {
    return this.reduce('ReduceMax', x, options);
  }
  reduceMin(x: Value, options: ReduceOptions = {}): Value {
    return this.reduce('ReduceMin', x, options);
  }
  reduceL2(x: Value, options: ReduceOptions = {}): Value {
    return this.reduce('ReduceL2', x, options);
  }
  reduceProd(x: Value, options: ReduceOptions = {}): Value {
    return this.reduce('ReduceProd', x, options);
  }
  reduceSumSquare(x: Value, options: ReduceOptions = {}): Value {
    return this.reduce('ReduceSumSquare', x, options);
  }

  /** Resizes by a fixed factor per axis. */
  resize(
    x: Value,
    scales: readonly number[],
    options: { readonly mode?: 'nearest' | 'linear'; readonly coordinates?: string } = {},
  ): Value {
    const mode = options.mode ?? 'nearest';
    const attributes: Record<string, AttributeInput> = {
      mode,
      coordinate_transformation_mode:
        options.coordinates ?? (mode === 'nearest' ? 'asymmetric' : 'half_pixel'),
    };
    if (mode === 'nearest') attributes['nearest_mode'] = 'floor';
    return this.op('Resize', [x, null, this.constant(scales, { dtype: 'float32' })], attributes);
  }

  /** A shared int64 vector. */
  int64(values: readonly number[]): Value {
    return this.constant(values, { dtype: 'int64' });
  }

  private reduce(opType: string, x: Value, { axes, keepDims = true }: ReduceOptions): Value {
    const keepdims = keepDims ? 1 : 0;
    if (!axes) return this.op(opType, [x], { keepdims });
    if (this.opset >= (AXES_INPUT_SINCE[opType] ?? 18))
      return this.op(opType, [x, this.int64(axes)], { keepdims });
    return this.op(opType, [x], { axes, keepdims });
  }
}

function isValue(v: Value | readonly number[] | number): v is Value {
  return typeof v === 'object' && 'dtype' in v;
}

function window(
  options: WindowAttributes,
  axes: number,
  withDilations = true,
): Record<string, AttributeInput> {
  const ones = Array.from({ length: axes }, () => 1);
  const attributes: Record<string, AttributeInput> = {
    strides: options.strides ?? ones,
    pads: options.pads ?? [...ones, ...ones].map(() => 0),
  };
  if (withDilations) attributes['dilations'] = options.dilations ?? ones;
  return attributes;
}
