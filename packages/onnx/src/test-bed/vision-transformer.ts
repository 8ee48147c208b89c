/** @file A small vision transformer: patches by a convolution, class token, attention as MatMul and Softmax, Gelu by Erf. */
import type { Value } from '../build/core-builder.ts';
import type { Graph } from '../ir/graph.ts';
import { NetworkBuilder, type NetworkOptions } from './network-builder.ts';

const WIDTH = 192;
const HEADS = 3;
const DEPTH = 4;
const PATCH = 8;
const TOKENS = (112 / PATCH) ** 2 + 1;

/** image [batch, 3, 112, 112] to embedding [batch, 512]. */
export function visionTransformer({ batch = 'batch', opset = 17 }: NetworkOptions = {}): Graph {
  const n = new NetworkBuilder({ name: 'visionTransformer', opset });
  const image = n.input('image', 'float32', [batch, 3, 112, 112]);
  const patches = n.conv2d(image, 'patch', WIDTH, { kernel: PATCH, stride: PATCH, pad: 0 });
  const tokens = n.transpose(n.reshape(patches, [0, WIDTH, -1]), [0, 2, 1]);
  const count = n.gather(n.shapeOf(image), 0);
  const target = n.concat([n.unsqueeze(count, [0]), n.int64([-1]), n.int64([-1])], 0);
  let x = n.concat([classToken(n, target), tokens], 1);
  x = n.add(x, n.weight('position', [1, TOKENS, WIDTH]));
  for (let at = 0; at < DEPTH; at += 1) {
    const name = `block${at}`;
    x = n.add(x, attention(n, n.layerNorm(x, `${name}.norm1`), name));
    const wide = n.gelu(n.linear(n.layerNorm(x, `${name}.norm2`), `${name}.fc1`, 4 * WIDTH));
    x = n.add(x, n.linear(wide, `${name}.fc2`, WIDTH));
  }
  const first = n.gather(n.layerNorm(x, 'norm'), 0, 1);
  n.output('embedding', n.linear(first, 'embed', 512));
  return n.build();
}

/** One token repeated over the batch; -1 in the target keeps an axis, written as exporters do: Where of Equal to -1. */
function classToken(n: NetworkBuilder, target: Value): Value {
  const ones = n.op('ConstantOfShape', [n.int64([3])], {
    value: n.constantOf(n.int64([1])) ?? 0,
  });
  const keeps = n.equal(target, -1);
  return n.expand(n.weight('class_token', [1, 1, WIDTH]), n.where(keeps, ones, target));
}

function attention(n: NetworkBuilder, x: Value, name: string): Value {
  const size = WIDTH / HEADS;
  const all = n.reshape(n.linear(x, `${name}.qkv`, 3 * WIDTH), [0, TOKENS, 3, HEADS, size]);
  const parts = n.transpose(all, [2, 0, 3, 1, 4]);
  const [q, k, v] = [0, 1, 2].map((at) => n.gather(parts, at)) as [Value, Value, Value];
  const scores = n.mul(n.matMul(q, n.transpose(k, [0, 1, 3, 2])), 1 / Math.sqrt(size));
  const mixed = n.transpose(n.matMul(n.softmax(scores), v), [0, 2, 1, 3]);
  return n.linear(n.reshape(mixed, [0, TOKENS, WIDTH]), `${name}.project`, WIDTH);
}
