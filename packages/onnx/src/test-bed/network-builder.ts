/** @file The builder with the layers of which the test bed's networks are made, written as exporters write them. */
import type { Value } from '../build/core-builder.ts';
import { GraphBuilder } from '../build/graph-builder.ts';
import type { Dim } from '../ir/dim.ts';
import { hashedWeight } from './weights.ts';

export interface NetworkOptions {
  /** @default 'batch' */
  readonly batch?: Dim;
  /** @default 17 */
  readonly opset?: number;
}

export interface ConvOptions {
  /** Height and width of the kernel. @default 3 */
  readonly kernel?: number | readonly [number, number];
  readonly stride?: number;
  /** @default half the kernel */
  readonly pad?: number | readonly [number, number];
  readonly group?: number;
  /** @default true */
  readonly hasBias?: boolean;
}

/** Layers take the name under which PyTorch would hold their parameters. */
export class NetworkBuilder extends GraphBuilder {
  weight(name: string, dims: readonly number[]): Value {
    return this.initialiser(name, hashedWeight(name, dims));
  }

  conv2d(x: Value, name: string, channels: number, options: ConvOptions = {}): Value {
    const { stride = 1, group = 1, hasBias = true } = options;
    const kernel = pair(options.kernel ?? 3);
    const pad = pair(options.pad ?? [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2]);
    const w = this.weight(`${name}.weight`, [channels, channelsOf(x) / group, ...kernel]);
    const bias = hasBias ? this.weight(`${name}.bias`, [channels]) : null;
    return this.conv(x, w, bias, { strides: [stride, stride], pads: [...pad, ...pad], group });
  }

  /** x [..., n] · wᵀ + bias; over two axes a Gemm, over more a MatMul and an Add. */
  linear(x: Value, name: string, features: number, hasBias = true): Value {
    const w = this.weight(`${name}.weight`, [features, Number(x.shape.at(-1))]);
    const bias = hasBias ? this.weight(`${name}.bias`, [features]) : null;
    if (x.shape.length === 2) return this.gemm(x, w, bias, { transB: true });
    const product = this.matMul(x, this.transpose(w, [1, 0]));
    return bias ? this.add(bias, product) : product;
  }

  batchNorm(x: Value, name: string, epsilon = 1e-5): Value {
    const part = (suffix: string): Value => this.weight(`${name}.${suffix}`, [channelsOf(x)]);
    return this.batchNormalization(x, {
      scale: part('weight'),
      bias: part('bias'),
      mean: part('running_mean'),
      variance: part('running_var'),
      epsilon,
    });
  }

  /** Slopes per channel. */
  channelPrelu(x: Value, name: string): Value {
    return this.prelu(x, this.unsqueeze(this.weight(`${name}.slope`, [channelsOf(x)]), [1, 2]));
  }

  /** Exported as InstanceNormalization of the groups in one row each, then scale and bias per channel. */
  groupNorm(x: Value, name: string, groups: number, epsilon = 1e-6): Value {
    const ones = this.constant(Array.from({ length: groups }, () => 1));
    const zeros = this.constant(Array.from({ length: groups }, () => 0));
    const rows = this.reshape(x, [0, groups, -1]);
    const normal = this.op('InstanceNormalization', [rows, ones, zeros], { epsilon });
    const same = this.reshape(normal, this.shapeOf(x));
    const part = (suffix: string): Value =>
      this.unsqueeze(this.weight(`${name}.${suffix}`, [channelsOf(x)]), [1, 2]);
    return this.add(this.mul(same, part('weight')), part('bias'));
  }

  layerNorm(x: Value, name: string, epsilon = 1e-6): Value {
    const part = (suffix: string): Value =>
      this.weight(`${name}.${suffix}`, [Number(x.shape.at(-1))]);
    return this.op('LayerNormalization', [x, part('weight'), part('bias')], { axis: -1, epsilon });
  }

  silu(x: Value): Value {
    return this.mul(x, this.sigmoid(x));
  }

  /** x · Φ(x), by Erf. */
  gelu(x: Value): Value {
    return this.mul(this.mul(x, this.add(this.erf(this.div(x, Math.SQRT2)), 1)), 0.5);
  }
}

export function channelsOf(x: Value): number {
  return Number(x.shape[1]);
}

function pair(value: number | readonly [number, number]): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}
