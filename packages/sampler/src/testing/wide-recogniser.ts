/** @file A recogniser with a convolution of many channels, which has a faster form with larger weights. */

import { encodeModel, GraphBuilder } from '@colloid/onnx';
import type { Value } from '@colloid/onnx';

const SIZE = 32;
const CHANNELS = 128;

/** The files and manifest, as an upload would bring them; 128 numbers out. */
export function wideRecogniserSource(): {
  manifest: Record<string, unknown>;
  files: Record<string, Uint8Array>;
} {
  const b = new GraphBuilder({ name: 'network', opset: 17 });
  const image = b.input('image', 'float32', ['batch', 3, SIZE, SIZE]);
  const kernel = (to: number, from: number): Value =>
    b.constant(
      Array.from({ length: to * from * 9 }, (_, i) => Math.sin(i) / 40),
      { dims: [to, from, 3, 3] },
    );
  const first = b.relu(b.conv(image, kernel(CHANNELS, 3), null, { pads: [1, 1, 1, 1] }));
  const second = b.conv(first, kernel(CHANNELS, CHANNELS), null, { pads: [1, 1, 1, 1] });
  b.output('embedding', b.flatten(b.globalAveragePool(second)));
  return {
    manifest: {
      kind: 'recogniser',
      name: 'wide',
      version: '1',
      licence: 'MIT',
      network: { file: 'network.onnx', input: 'image', output: 'embedding' },
      image: { height: SIZE, width: SIZE },
      embedding: { dim: CHANNELS },
      framing: { leftEye: [11, 12], rightEye: [21, 12] },
    },
    files: { 'network.onnx': encodeModel(b.build()) },
  };
}
