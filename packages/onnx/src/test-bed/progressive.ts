/** @file Progressively grown generator: pixel norm, nearest enlargement, kernels scaled at run time. */
import type { Value } from '../build/core-builder.ts';
import type { Graph } from '../ir/graph.ts';
import { channelsOf, NetworkBuilder, type NetworkOptions } from './network-builder.ts';

const CHANNELS = [256, 256, 128, 64, 32] as const;

/** z [batch, 256] to image [batch, 3, 64, 64]. */
export function progressive64({ batch = 'batch', opset = 17 }: NetworkOptions = {}): Graph {
  const n = new NetworkBuilder({ name: 'progressive64', opset });
  const z = pixelNorm(n, n.input('z', 'float32', [batch, 256]));
  let x = n.reshape(n.linear(z, 'start', 256 * 16), [-1, 256, 4, 4]);
  x = pixelNorm(n, n.leakyRelu(x, 0.2));
  CHANNELS.forEach((channels, at) => {
    if (at > 0) {
      x = n.resize(x, [1, 1, 2, 2]);
      x = block(n, x, `block${at}.conv0`, channels);
    }
    x = block(n, x, `block${at}.conv1`, channels);
  });
  n.output('image', n.conv2d(x, 'image', 3, { kernel: 1 }));
  return n.build();
}

function block(n: NetworkBuilder, x: Value, name: string, channels: number): Value {
  const inputs = channelsOf(x);
  const weight = n.weight(`${name}.unit_weight`, [channels, inputs, 3, 3]);
  const scaled = n.mul(weight, Math.sqrt(2 / (inputs * 9)));
  const y = n.conv(x, scaled, n.weight(`${name}.bias`, [channels]), { pads: [1, 1, 1, 1] });
  return pixelNorm(n, n.leakyRelu(y, 0.2));
}

/** x / sqrt(mean of x² over channels + epsilon) */
function pixelNorm(n: NetworkBuilder, x: Value): Value {
  const power = n.reduceMean(n.mul(x, x), { axes: [1] });
  return n.div(x, n.sqrt(n.add(power, 1e-8)));
}
