import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';

import {
  decodeModel,
  encodeModel,
  encodeModelApart,
  encodeModelParts,
  GraphBuilder,
  tensor,
  type Graph,
} from '../index.ts';
import { ModelProtoSchema } from '../proto/onnx_pb.ts';

const WIDTH = 40;

/** y = (x · w) · v + b, with one weight below a page, one above, and one too small to lie apart. */
function graph(): Graph {
  const b = new GraphBuilder({ name: 'layers' });
  const weight = (name: string, rows: number, columns: number): ReturnType<typeof b.initialiser> =>
    b.initialiser(
      name,
      tensor(
        'float32',
        [rows, columns],
        Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
      ),
    );
  const x = b.input('x', 'float32', ['n', 3]);
  const inner = b.matMul(b.matMul(x, weight('w', 3, 90)), weight('v', 90, WIDTH));
  b.output('y', b.add(inner, weight('b', 1, WIDTH)));
  return b.build();
}

test('the parts of a model are its bytes, in the form that the library writes a whole message in, and its own arrays', () => {
  const source = graph();
  const parts = encodeModelParts(source);
  const whole = encodeModel(source);
  expect(Buffer.compare(Buffer.concat(parts), whole)).toBe(0);
  expect(
    Buffer.compare(toBinary(ModelProtoSchema, fromBinary(ModelProtoSchema, whole)), whole),
  ).toBe(0);
  const buffers = new Set(parts.map((part) => part.buffer));
  for (const { data } of source.initialisers.values())
    expect(buffers.has(data.buffer as ArrayBuffer)).toBe(true);
  expect(Buffer.compare(encodeModel(decodeModel(whole)), whole)).toBe(0);
});

test('weights that lie apart begin on pages, and onnxruntime finds them: the same bits', async () => {
  const { model, weights } = encodeModelApart(graph(), 'weights.bin');
  const file = Buffer.concat(weights);
  // The same from bytes, up to the order of fields.
  const ofBytes = encodeModelApart(encodeModel(graph()), 'weights.bin');
  expect(Buffer.concat(ofBytes.weights)).toEqual(file);
  expect(fromBinary(ModelProtoSchema, ofBytes.model)).toEqual(fromBinary(ModelProtoSchema, model));
  expect(() => encodeModelApart(encodeModel(graph()).subarray(0, -100), 'w')).toThrow(RangeError);
  // Three of 90 on the first page, 90 of 40 from the second on; 40 numbers stay in the model.
  expect(file.length).toBe(4096 + 90 * WIDTH * 4);
  expect(model.length).toBeLessThan(1000);
  expect(() => decodeModel(model)).toThrow(/in another file, which Colloid never opens/);
  const folder = await mkdtemp(join(tmpdir(), 'colloid-encode-'));
  try {
    await writeFile(join(folder, 'weights.bin'), file);
    await writeFile(join(folder, 'model.onnx'), model);
    const feeds = { x: new Tensor('float32', Float32Array.of(1, 2, 3, -1, 0.5, 2), [2, 3]) };
    const results: unknown[] = [];
    for (const source of [join(folder, 'model.onnx'), encodeModel(graph())]) {
      const session = await (typeof source === 'string'
        ? InferenceSession.create(source)
        : InferenceSession.create(source));
      results.push((await session.run(feeds))['y']?.data);
      await session.release();
    }
    expect(results[0]).toEqual(results[1]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
