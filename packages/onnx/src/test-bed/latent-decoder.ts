/** @file Decoder of a latent-diffusion autoencoder, small: group norm, SiLU, residual blocks, self-attention, nearest enlargement. */
import type { Value } from '../build/core-builder.ts';
import type { Graph } from '../ir/graph.ts';
import { channelsOf, NetworkBuilder, type NetworkOptions } from './network-builder.ts';

const LEVELS = [128, 64, 64, 32] as const;
const GROUPS = 8;

/** latent [batch, 256], read as 4 channels of 8x8, to image [batch, 3, 64, 64]. */
export function latentDecoder64({ batch = 'batch', opset = 17 }: NetworkOptions = {}): Graph {
  const n = new NetworkBuilder({ name: 'latentDecoder64', opset });
  let x = n.reshape(n.input('latent', 'float32', [batch, 256]), [-1, 4, 8, 8]);
  x = n.conv2d(x, 'post_quant', 4, { kernel: 1 });
  x = n.conv2d(x, 'conv_in', LEVELS[0]);
  x = residual(n, x, 'mid.block1', LEVELS[0]);
  x = attention(n, x, 'mid.attention');
  x = residual(n, x, 'mid.block2', LEVELS[0]);
  LEVELS.forEach((channels, level) => {
    x = residual(n, x, `up${level}.block`, channels);
    if (level + 1 < LEVELS.length)
      x = n.conv2d(n.resize(x, [1, 1, 2, 2]), `up${level}.enlarge`, channels);
  });
  x = n.silu(n.groupNorm(x, 'norm_out', GROUPS));
  n.output('image', n.conv2d(x, 'conv_out', 3));
  return n.build();
}

function residual(n: NetworkBuilder, x: Value, name: string, channels: number): Value {
  let y = n.silu(n.groupNorm(x, `${name}.norm1`, GROUPS));
  y = n.conv2d(y, `${name}.conv1`, channels);
  y = n.silu(n.groupNorm(y, `${name}.norm2`, GROUPS));
  y = n.conv2d(y, `${name}.conv2`, channels);
  const short =
    channelsOf(x) === channels ? x : n.conv2d(x, `${name}.short`, channels, { kernel: 1 });
  return n.add(short, y);
}

/** One head over all positions. */
function attention(n: NetworkBuilder, x: Value, name: string): Value {
  const channels = channelsOf(x);
  const normal = n.groupNorm(x, `${name}.norm`, GROUPS);
  const rows = (part: string): Value =>
    n.reshape(n.conv2d(normal, `${name}.${part}`, channels, { kernel: 1 }), [0, channels, -1]);
  const [q, k, v] = [rows('q'), rows('k'), rows('v')];
  const scores = n.mul(n.matMul(n.transpose(q, [0, 2, 1]), k), 1 / Math.sqrt(channels));
  const mixed = n.matMul(v, n.transpose(n.softmax(scores), [0, 2, 1]));
  const image = n.reshape(mixed, n.shapeOf(x));
  return n.add(x, n.conv2d(image, `${name}.out`, channels, { kernel: 1 }));
}
