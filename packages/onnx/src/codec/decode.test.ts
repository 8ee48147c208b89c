/** @file Decoding: what is read, and that hostile bytes give typed errors only. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeModel,
  encodeModel,
  GraphBuilder,
  GraphError,
  isOnnxError,
  ModelFormatError,
  ModelLimitError,
  print,
  tensorFrom,
} from '../index.ts';
import {
  ModelProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type ModelProto,
} from '../proto/onnx_pb.ts';

function sample(): Uint8Array {
  const b = new GraphBuilder({ name: 'sample', metadata: { b: '2', a: '1' } });
  const x = b.input('x', 'float32', ['batch', 3, 4, 4]);
  const y = b.relu(
    b.conv(
      x,
      b.initialiser(
        'w',
        tensorFrom(
          'float32',
          Array.from({ length: 54 }, (_, at) => at),
          [2, 3, 3, 3],
        ),
      ),
    ),
  );
  b.output('y', b.reshape(y, [-1, 8]));
  b.output('half', b.cast(b.leakyRelu(y, 0.25), 'float16'));
  return encodeModel(b.build());
}

/** The sample with its message changed by hand. */
function changed(change: (model: ModelProto) => void): Uint8Array {
  const model = fromBinary(ModelProtoSchema, sample());
  change(model);
  return toBinary(ModelProtoSchema, model);
}

function graphOfModel(model: ModelProto): NonNullable<ModelProto['graph']> {
  if (!model.graph) throw new Error('the sample has a graph');
  return model.graph;
}

/** Decoding and printing either work or fail with an error of this package. */
function survives(bytes: Uint8Array): void {
  try {
    print(decodeModel(bytes, { elements: 1_000_000 }));
  } catch (error) {
    if (!isOnnxError(error)) throw error;
  }
}

test('truncated bytes give typed errors', () => {
  const bytes = sample();
  for (let length = 0; length < bytes.length; length += 1) survives(bytes.subarray(0, length));
  expect(() => decodeModel(new Uint8Array())).toThrow(ModelFormatError);
});

test('flipped bits, replaced and inserted bytes give typed errors', () => {
  const bytes = sample();
  const position = fc.nat(bytes.length - 1);
  const edit = fc.record({
    at: position,
    value: fc.nat(255),
    kind: fc.constantFrom('flip', 'set', 'insert', 'remove'),
  });
  const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
    let mutated = [...bytes];
    for (const { at, value, kind } of edits) {
      if (kind === 'flip') mutated[at] = (mutated[at] ?? 0) ^ (1 << (value % 8));
      else if (kind === 'set') mutated[at] = value;
      else
        mutated = mutated.toSpliced(
          at,
          kind === 'remove' ? 1 : 0,
          ...(kind === 'insert' ? [value] : []),
        );
    }
    survives(Uint8Array.from(mutated));
  });
  fc.assert(property, { numRuns: 4000, seed: 20261124 });
});

test('arbitrary bytes give typed errors', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives), {
    numRuns: 2000,
    seed: 20261124,
  });
});

test('external data is refused by the name of its tensor', () => {
  const bytes = changed((model) => {
    const weight = graphOfModel(model).initializer[0];
    if (!weight) throw new Error('the sample has a weight');
    weight.dataLocation = 1;
    weight.externalData = [
      { $typeName: 'colloid.onnx.StringStringEntryProto', key: 'location', value: '/etc/passwd' },
    ];
  });
  expect(() => decodeModel(bytes)).toThrow(
    "Initialiser 'w': its data is in another file, which Colloid never opens",
  );
});

test('a cycle is refused by the name of a node, and nodes out of order are sorted', () => {
  const reversed = changed((model) => void graphOfModel(model).node.reverse());
  expect(
    decodeModel(reversed)
      .nodes.map((n) => n.opType)
      .slice(0, 2),
  ).toEqual(['Conv', 'Relu']);
  const cyclic = changed((model) => {
    const conv = graphOfModel(model).node[0];
    if (conv) conv.input[0] = 'half';
  });
  expect(() => decodeModel(cyclic)).toThrow(GraphError);
  expect(() => decodeModel(cyclic)).toThrow("Conv 'Conv_0': it depends on itself");
});

test('limits on bytes, nodes, elements and axes are kept', () => {
  const bytes = sample();
  for (const limits of [{ bytes: 10 }, { nodes: 2 }, { elements: 50 }, { axes: 3 }])
    expect(() => decodeModel(bytes, limits)).toThrow(ModelLimitError);
  expect(() => decodeModel(bytes, { nodes: 2 })).toThrow(
    'The model has 5 nodes, and 2 are the most.',
  );
});

test('a tensor that claims more data than it has is refused without allocating it', () => {
  const bytes = changed((model) => {
    const weight = graphOfModel(model).initializer[0];
    if (weight) weight.dims = [400_000_000n];
  });
  expect(() => decodeModel(bytes)).toThrow(
    "Initialiser 'w': expected 1600000000 bytes of data, got 216.",
  );
});

test('what Colloid does not take is refused by name', () => {
  const cases: readonly (readonly [(model: ModelProto) => void, RegExp])[] = [
    [(m) => (m.opsetImport = []), /does not say which opset/],
    [(m) => m.opsetImport.forEach((o) => (o.version = 9n)), /expected opset 13 to 21, got 9/],
    [(m) => m.functions.push(new Uint8Array([1])), /defines functions of its own/],
    [(m) => graphOfModel(m).sparseInitializer.push(new Uint8Array([1])), /sparse initialisers/],
    [
      (m) => graphOfModel(m).node[0]?.attribute.forEach((a) => (a.type = 5)),
      /Conv 'Conv_0': it holds a graph of its own, which is taken of If only/,
    ],
    [
      (m) =>
        graphOfModel(m).initializer.push(
          create(TensorProtoSchema, { name: 'text', dataType: 8, dims: [] }),
        ),
      /Initialiser 'text': expected one of .*, got string/,
    ],
    [
      (m) => graphOfModel(m).output.push(...graphOfModel(m).output),
      /the output 'y' is listed twice/,
    ],
  ];
  for (const [change, message] of cases)
    expect(() => decodeModel(changed(change))).toThrow(message);
});

test('an initialiser that is listed as an input too is a weight', () => {
  const bytes = changed((model) => {
    const g = graphOfModel(model);
    const type = g.input[0]?.type;
    if (!type) throw new Error('the sample has an input');
    g.input.push(create(ValueInfoProtoSchema, { name: 'w', type }));
  });
  expect(print(decodeModel(bytes))).toBe(print(decodeModel(sample())));
});

test('values in typed lists are read like raw ones', () => {
  const bytes = changed((model) => {
    const weight = graphOfModel(model).initializer.find((t) => t.name === 'w');
    if (!weight) throw new Error('the sample has a weight');
    const raw = weight.rawData.slice();
    weight.floatData = [...new Float32Array(raw.buffer)];
    delete (weight as { rawData?: Uint8Array }).rawData;
  });
  expect(decodeModel(bytes).initialisers.get('w')).toEqual(
    decodeModel(sample()).initialisers.get('w'),
  );
});

test('unnamed sizes become symbols, and an output without a shape is inferred', () => {
  const bytes = changed((model) => {
    const g = graphOfModel(model);
    const [input, output] = [g.input[0]?.type?.tensorType, g.output[0]?.type?.tensorType];
    const dim = input?.shape?.dim[0];
    if (!dim || !output) throw new Error('the sample has an input with dimensions');
    delete (dim as { dimParam?: string }).dimParam;
    delete output.shape;
  });
  const decoded = decodeModel(bytes);
  expect(decoded.inputs[0]?.type.shape).toEqual(['x_dim0', 3, 4, 4]);
  expect(decoded.outputs[0]?.type.shape).toEqual(['x_dim0', 8]);
});
