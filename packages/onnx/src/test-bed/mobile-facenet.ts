/** @file MobileFaceNet: inverted bottlenecks of depthwise convolutions with PRelu, and a depthwise convolution over all positions. */
import type { Value } from '../build/core-builder.ts';
import type { Graph } from '../ir/graph.ts';
import {
  channelsOf,
  NetworkBuilder,
  type ConvOptions,
  type NetworkOptions,
} from './network-builder.ts';

/** Expansion, channels, repeats, stride of the first. */
const STAGES = [
  [2, 64, 5, 2],
  [4, 128, 1, 2],
  [2, 128, 6, 1],
  [4, 128, 1, 2],
  [2, 128, 2, 1],
] as const;

/** image [batch, 3, 112, 112] to embedding [batch, 128]. */
export function mobileFaceNet({ batch = 'batch', opset = 17 }: NetworkOptions = {}): Graph {
  const n = new NetworkBuilder({ name: 'mobileFaceNet', opset });
  let x = n.input('image', 'float32', [batch, 3, 112, 112]);
  x = active(n, x, 'stem', 64, { stride: 2 });
  x = active(n, x, 'stem_depth', 64, { group: 64 });
  STAGES.forEach(([expansion, channels, repeats, stride], stage) => {
    for (let at = 0; at < repeats; at += 1)
      x = bottleneck(n, x, {
        name: `stage${stage}.${at}`,
        expansion,
        channels,
        stride: at === 0 ? stride : 1,
      });
  });
  x = active(n, x, 'wide', 512, { kernel: 1 });
  x = linearConv(n, x, 'whole', 512, { kernel: 7, pad: 0, group: 512 });
  x = linearConv(n, x, 'embed', 128, { kernel: 1 });
  n.output('embedding', n.flatten(x));
  return n.build();
}

interface Bottleneck {
  readonly name: string;
  readonly expansion: number;
  readonly channels: number;
  readonly stride: number;
}

function bottleneck(
  n: NetworkBuilder,
  x: Value,
  { name, expansion, channels, stride }: Bottleneck,
): Value {
  const wide = channelsOf(x) * expansion;
  let y = active(n, x, `${name}.expand`, wide, { kernel: 1 });
  y = active(n, y, `${name}.depth`, wide, { stride, group: wide });
  y = linearConv(n, y, `${name}.project`, channels, { kernel: 1 });
  return stride === 1 && channelsOf(x) === channels ? n.add(x, y) : y;
}

function linearConv(
  n: NetworkBuilder,
  x: Value,
  name: string,
  channels: number,
  options: ConvOptions,
): Value {
  const y = n.conv2d(x, `${name}.conv`, channels, { ...options, hasBias: false });
  return n.batchNorm(y, `${name}.bn`);
}

function active(
  n: NetworkBuilder,
  x: Value,
  name: string,
  channels: number,
  options: ConvOptions,
): Value {
  return n.channelPrelu(linearConv(n, x, name, channels, options), `${name}.prelu`);
}
