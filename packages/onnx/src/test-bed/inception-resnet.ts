/** @file Inception-ResNet of the FaceNet type: branches joined by Concat, scaled residuals, MaxPool, embedding of length 1. */
import type { Value } from '../build/core-builder.ts';
import type { Graph } from '../ir/graph.ts';
import {
  channelsOf,
  NetworkBuilder,
  type ConvOptions,
  type NetworkOptions,
} from './network-builder.ts';

/** image [batch, 3, 160, 160] to embedding [batch, 512] of length 1. */
export function inceptionResNet({ batch = 'batch', opset = 17 }: NetworkOptions = {}): Graph {
  const n = new NetworkBuilder({ name: 'inceptionResNet', opset });
  let x = stem(n, n.input('image', 'float32', [batch, 3, 160, 160]));
  for (let at = 0; at < 5; at += 1) x = block35(n, x, `block35.${at}`);
  x = reduceA(n, x, 'reduce_a');
  for (let at = 0; at < 10; at += 1) x = block17(n, x, `block17.${at}`);
  x = reduceB(n, x, 'reduce_b');
  for (let at = 0; at < 5; at += 1) x = n.relu(block8(n, x, `block8.${at}`, 0.2));
  x = block8(n, x, 'block8_last', 1);
  const pooled = n.flatten(n.globalAveragePool(x));
  const embedding = n.batchNorm(n.linear(pooled, 'embed', 512, false), 'embed_bn', 1e-3);
  const length = n.clip(n.reduceL2(embedding, { axes: [1] }), 1e-12, null);
  n.output('embedding', n.div(embedding, n.expand(length, n.shapeOf(embedding))));
  return n.build();
}

function basic(
  n: NetworkBuilder,
  x: Value,
  name: string,
  channels: number,
  options: ConvOptions = {},
): Value {
  const y = n.conv2d(x, `${name}.conv`, channels, { ...options, hasBias: false });
  return n.relu(n.batchNorm(y, `${name}.bn`, 1e-3));
}

function pool(n: NetworkBuilder, x: Value): Value {
  return n.maxPool(x, { kernel: [3, 3], strides: [2, 2] });
}

function stem(n: NetworkBuilder, image: Value): Value {
  let x = basic(n, image, 'stem1', 32, { stride: 2, pad: 0 });
  x = basic(n, x, 'stem2', 32, { pad: 0 });
  x = pool(n, basic(n, x, 'stem3', 64));
  x = basic(n, x, 'stem4', 80, { kernel: 1 });
  x = basic(n, x, 'stem5', 192, { pad: 0 });
  return basic(n, x, 'stem6', 256, { stride: 2, pad: 0 });
}

/** x + scale · (1x1 convolution of the joined branches) */
function scaledResidual(
  n: NetworkBuilder,
  x: Value,
  name: string,
  branches: readonly Value[],
  scale: number,
): Value {
  const joined = n.conv2d(n.concat(branches, 1), `${name}.join`, channelsOf(x), { kernel: 1 });
  return n.add(scale === 1 ? joined : n.mul(joined, scale), x);
}

function block35(n: NetworkBuilder, x: Value, name: string): Value {
  const a = basic(n, x, `${name}.a`, 32, { kernel: 1 });
  const b = basic(n, basic(n, x, `${name}.b0`, 32, { kernel: 1 }), `${name}.b1`, 32);
  let c = basic(n, x, `${name}.c0`, 32, { kernel: 1 });
  c = basic(n, basic(n, c, `${name}.c1`, 32), `${name}.c2`, 32);
  return n.relu(scaledResidual(n, x, name, [a, b, c], 0.17));
}

function block17(n: NetworkBuilder, x: Value, name: string): Value {
  const a = basic(n, x, `${name}.a`, 128, { kernel: 1 });
  let b = basic(n, x, `${name}.b0`, 128, { kernel: 1 });
  b = basic(n, b, `${name}.b1`, 128, { kernel: [1, 7] });
  b = basic(n, b, `${name}.b2`, 128, { kernel: [7, 1] });
  return n.relu(scaledResidual(n, x, name, [a, b], 0.1));
}

function block8(n: NetworkBuilder, x: Value, name: string, scale: number): Value {
  const a = basic(n, x, `${name}.a`, 192, { kernel: 1 });
  let b = basic(n, x, `${name}.b0`, 192, { kernel: 1 });
  b = basic(n, b, `${name}.b1`, 192, { kernel: [1, 3] });
  b = basic(n, b, `${name}.b2`, 192, { kernel: [3, 1] });
  return scaledResidual(n, x, name, [a, b], scale);
}

function reduceA(n: NetworkBuilder, x: Value, name: string): Value {
  const a = basic(n, x, `${name}.a`, 384, { stride: 2, pad: 0 });
  let b = basic(n, x, `${name}.b0`, 192, { kernel: 1 });
  b = basic(n, b, `${name}.b1`, 192);
  b = basic(n, b, `${name}.b2`, 256, { stride: 2, pad: 0 });
  return n.concat([a, b, pool(n, x)], 1);
}

function reduceB(n: NetworkBuilder, x: Value, name: string): Value {
  const narrow = (branch: string): Value => basic(n, x, `${name}.${branch}0`, 256, { kernel: 1 });
  const a = basic(n, narrow('a'), `${name}.a1`, 384, { stride: 2, pad: 0 });
  const b = basic(n, narrow('b'), `${name}.b1`, 256, { stride: 2, pad: 0 });
  const c = basic(n, basic(n, narrow('c'), `${name}.c1`, 256), `${name}.c2`, 256, {
    stride: 2,
    pad: 0,
  });
  return n.concat([a, b, c, pool(n, x)], 1);
}
