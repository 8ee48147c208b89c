/**
 * @file StyleGAN2: mapping, and synthesis with modulated convolutions.
 *
 * Exporters write a modulated convolution with weights per image: [O, C, k, k] times the style, divided by its length, as B·O kernels of
 * a Conv over [1, B·C, h, w] in B groups. The batch is then fixed. The shared form scales input and output around one constant kernel,
 * gives the same image and takes any batch.
 */
import type { Value } from '../build/core-builder.ts';
import type { Dim } from '../ir/dim.ts';
import type { Graph } from '../ir/graph.ts';
import { channelsOf, NetworkBuilder, type NetworkOptions } from './network-builder.ts';
import { filter, upsample } from './upfirdn.ts';

const WIDTH = 512;
const LAYERS = 8;

export interface StyleGan2Options {
  /** Image height and width, a power of 2 from 8. */
  readonly size: number;
  /** Channels times resolution, at most 512 channels. @default 4096 */
  readonly channelBase?: number;
  /** 'grouped' needs a fixed batch. @default 'grouped' */
  readonly form?: 'grouped' | 'shared';
  /** @default 1 in the grouped form, 'batch' in the shared one */
  readonly batch?: Dim;
  /** @default 17 */
  readonly opset?: number;
}

/** z [batch, 512] to w [batch, 512]. */
export function styleGan2Mapping({ batch = 'batch', opset = 17 }: NetworkOptions = {}): Graph {
  const n = new NetworkBuilder({ name: 'styleGan2Mapping', opset });
  const z = n.input('z', 'float32', [batch, WIDTH]);
  const power = n.reduceMean(n.mul(z, z), { axes: [1] });
  let x = n.mul(z, n.reciprocal(n.sqrt(n.add(power, 1e-8))));
  for (let at = 0; at < LAYERS; at += 1)
    x = n.mul(n.leakyRelu(dense(n, x, `fc${at}`, WIDTH, 'bias'), 0.2), Math.SQRT2);
  n.output('w', x);
  return n.build();
}

/** w [batch, 512] to image [batch, 3, size, size]. */
export function styleGan2Synthesis(options: StyleGan2Options): Graph {
  const { size, channelBase = 4096, form = 'grouped', opset = 17 } = options;
  const batch = options.batch ?? (form === 'grouped' ? 1 : 'batch');
  const n = new NetworkBuilder({ name: `styleGan2Synthesis${size}`, opset });
  const count = 2 * Math.log2(size) - 2;
  const w = n.input('w', 'float32', [batch, WIDTH]);
  const styles = n.op('Tile', [n.unsqueeze(w, [1]), n.int64([1, count, 1])]);
  const styleAt = (at: number): Value => n.gather(styles, at, 1);
  let x = start(n, w, Math.min(WIDTH, channelBase / 4));
  let image: Value | undefined;
  let used = 0;
  for (let resolution = 4; resolution <= size; resolution *= 2) {
    const channels = Math.min(WIDTH, channelBase / resolution);
    const layer = (name: string, up: boolean): void => {
      const style = styleAt((used += 1) - 1);
      x = synthesisLayer(n, x, { name: `b${resolution}.${name}`, style, channels, up, form });
    };
    if (resolution > 4) layer('conv0', true);
    layer('conv1', false);
    const rgb = toRgb(n, x, { name: `b${resolution}.torgb`, style: styleAt(used), form });
    image = image ? n.add(upsample(n, image), rgb) : rgb;
  }
  n.output('image', image as Value);
  return n.build();
}

/** The learned constant, once per image. */
function start(n: NetworkBuilder, w: Value, channels: number): Value {
  const constant = n.unsqueeze(n.weight('b4.const', [channels, 4, 4]), [0]);
  const count = n.gather(n.shapeOf(w), [0]);
  return n.op('Tile', [constant, n.concat([count, n.int64([1, 1, 1])], 0)]);
}

function dense(n: NetworkBuilder, x: Value, name: string, features: number, bias: string): Value {
  const inputs = Number(x.shape[1]);
  const weight = n.mul(
    n.weight(`${name}.unit_weight`, [features, inputs]),
    Math.fround(1 / Math.sqrt(inputs)),
  );
  return n.gemm(x, weight, n.weight(`${name}.${bias}`, [features]), { transB: true });
}

interface Modulated {
  readonly name: string;
  /** [batch, 512] */
  readonly style: Value;
  readonly form: 'grouped' | 'shared';
}

function synthesisLayer(
  n: NetworkBuilder,
  x: Value,
  options: Modulated & { readonly channels: number; readonly up: boolean },
): Value {
  const { name, channels, up } = options;
  const scale = dense(n, options.style, `${name}.affine`, channelsOf(x), 'offset');
  const kernel = n.weight(`${name}.unit_weight`, [channels, channelsOf(x), 3, 3]);
  let y = modulate(n, x, { scale, kernel, up, pad: 1, isDemodulated: true, form: options.form });
  const resolution = Number(y.shape[2]);
  const noise = n.weight(`${name}.noise`, [resolution, resolution]);
  y = n.add(y, n.mul(noise, n.weight(`${name}.strength`, [])));
  y = n.add(y, n.reshape(n.weight(`${name}.bias`, [channels]), [1, -1, 1, 1]));
  return n.mul(n.leakyRelu(y, 0.2), Math.SQRT2);
}

function toRgb(n: NetworkBuilder, x: Value, options: Modulated): Value {
  const { name, form } = options;
  const inputs = channelsOf(x);
  const scale = n.mul(
    dense(n, options.style, `${name}.affine`, inputs, 'offset'),
    Math.fround(1 / Math.sqrt(inputs)),
  );
  const kernel = n.weight(`${name}.unit_weight`, [3, inputs, 1, 1]);
  const y = modulate(n, x, { scale, kernel, up: false, pad: 0, isDemodulated: false, form });
  return n.add(y, n.reshape(n.weight(`${name}.bias`, [3]), [1, -1, 1, 1]));
}

interface ModulatedConv {
  /** [batch, C] */
  readonly scale: Value;
  /** [O, C, k, k] */
  readonly kernel: Value;
  readonly up: boolean;
  readonly pad: number;
  readonly isDemodulated: boolean;
  readonly form: 'grouped' | 'shared';
}

function modulate(n: NetworkBuilder, x: Value, options: ModulatedConv): Value {
  return options.form === 'grouped' ? grouped(n, x, options) : shared(n, x, options);
}

function grouped(
  n: NetworkBuilder,
  x: Value,
  { scale, kernel, up, pad, isDemodulated }: ModulatedConv,
): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [outputs, , size] = kernel.shape as [number, number, number];
  let w = n.mul(n.unsqueeze(kernel, [0]), n.reshape(scale, [-1, 1, channels, 1, 1]));
  if (isDemodulated) {
    const power = n.reduceSum(n.mul(w, w), { axes: [2, 3, 4], keepDims: false });
    const factor = n.reciprocal(n.sqrt(n.add(power, 1e-8)));
    w = n.mul(w, n.reshape(factor, [batch, -1, 1, 1, 1]));
  }
  const joined = n.reshape(x, [1, -1, height, width]);
  const y = up
    ? filter(
        n,
        n.convTranspose(
          joined,
          n.reshape(n.transpose(w, [0, 2, 1, 3, 4]), [-1, outputs, size, size]),
          null,
          { strides: [2, 2], group: batch },
        ),
        [1, 1],
        4,
      )
    : n.conv(joined, n.reshape(w, [-1, channels, size, size]), null, {
        pads: [pad, pad, pad, pad],
        group: batch,
      });
  return n.reshape(y, [-1, outputs, ...(y.shape.slice(2) as number[])]);
}

function shared(
  n: NetworkBuilder,
  x: Value,
  { scale, kernel, up, pad, isDemodulated }: ModulatedConv,
): Value {
  const scaled = n.mul(x, n.unsqueeze(scale, [2, 3]));
  const y = up
    ? filter(
        n,
        n.convTranspose(scaled, n.transpose(kernel, [1, 0, 2, 3]), null, { strides: [2, 2] }),
        [1, 1],
        4,
      )
    : n.conv(scaled, kernel, null, { pads: [pad, pad, pad, pad] });
  if (!isDemodulated) return y;
  const power = n.reduceSum(n.mul(kernel, kernel), { axes: [2, 3], keepDims: false });
  const length = n.matMul(n.mul(scale, scale), n.transpose(power, [1, 0]));
  return n.mul(y, n.unsqueeze(n.reciprocal(n.sqrt(n.add(length, 1e-8))), [2, 3]));
}
