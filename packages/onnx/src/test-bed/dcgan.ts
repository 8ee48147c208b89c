/** @file DCGAN generator: transposed convolutions, BatchNormalization, Relu, Tanh. */
import type { Graph } from '../ir/graph.ts';
import { channelsOf, NetworkBuilder, type NetworkOptions } from './network-builder.ts';

const CHANNELS = [512, 256, 128, 64] as const;

/** z [batch, 100] to image [batch, 3, 64, 64] in -1 … 1. */
export function dcgan64({ batch = 'batch', opset = 17 }: NetworkOptions = {}): Graph {
  const n = new NetworkBuilder({ name: 'dcgan64', opset });
  let x = n.unsqueeze(n.input('z', 'float32', [batch, 100]), [2, 3]);
  CHANNELS.forEach((channels, at) => {
    const w = n.weight(`up${at}.weight`, [channelsOf(x), channels, 4, 4]);
    const isFirst = at === 0;
    x = n.convTranspose(x, w, null, {
      strides: isFirst ? [1, 1] : [2, 2],
      pads: isFirst ? [0, 0, 0, 0] : [1, 1, 1, 1],
    });
    x = n.relu(n.batchNorm(x, `norm${at}`));
  });
  const w = n.weight('image.weight', [channelsOf(x), 3, 4, 4]);
  x = n.convTranspose(x, w, null, { strides: [2, 2], pads: [1, 1, 1, 1] });
  n.output('image', n.tanh(x));
  return n.build();
}
