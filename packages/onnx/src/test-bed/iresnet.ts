/** @file IResNet, the residual network of ArcFace: pre-activation blocks of BatchNormalization, Conv and PRelu. */
import type { Value } from '../build/core-builder.ts';
import type { Graph } from '../ir/graph.ts';
import { channelsOf, NetworkBuilder, type NetworkOptions } from './network-builder.ts';

const STAGE_CHANNELS = [64, 128, 256, 512] as const;

/** image [batch, 3, 112, 112] to embedding [batch, 512]. */
export function iresnet18(options: NetworkOptions = {}): Graph {
  return iresnet('iresnet18', [2, 2, 2, 2], options);
}

/** image [batch, 3, 112, 112] to embedding [batch, 512]. */
export function iresnet50(options: NetworkOptions = {}): Graph {
  return iresnet('iresnet50', [3, 4, 14, 3], options);
}

function iresnet(
  name: string,
  depths: readonly number[],
  { batch = 'batch', opset = 17 }: NetworkOptions,
): Graph {
  const n = new NetworkBuilder({ name, opset });
  let x = n.input('image', 'float32', [batch, 3, 112, 112]);
  x = n.conv2d(x, 'conv1', 64, { hasBias: false });
  x = n.channelPrelu(n.batchNorm(x, 'bn1'), 'prelu');
  depths.forEach((depth, stage) => {
    for (let block = 0; block < depth; block += 1)
      x = residual(n, x, {
        name: `layer${stage + 1}.${block}`,
        channels: STAGE_CHANNELS[stage] as number,
        stride: block === 0 ? 2 : 1,
      });
  });
  const flat = n.flatten(n.batchNorm(x, 'bn2'));
  n.output('embedding', n.batchNorm(n.linear(flat, 'fc', 512), 'features'));
  return n.build();
}

interface Block {
  readonly name: string;
  readonly channels: number;
  readonly stride: number;
}

function residual(n: NetworkBuilder, x: Value, { name, channels, stride }: Block): Value {
  let y = n.batchNorm(x, `${name}.bn1`);
  y = n.conv2d(y, `${name}.conv1`, channels, { hasBias: false });
  y = n.channelPrelu(n.batchNorm(y, `${name}.bn2`), `${name}.prelu`);
  y = n.conv2d(y, `${name}.conv2`, channels, { stride, hasBias: false });
  y = n.batchNorm(y, `${name}.bn3`);
  if (stride === 1 && channelsOf(x) === channels) return n.add(y, x);
  const short = n.conv2d(x, `${name}.down`, channels, { kernel: 1, stride, hasBias: false });
  return n.add(y, n.batchNorm(short, `${name}.down_bn`));
}
