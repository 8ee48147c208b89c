/** @file Files made to exhaust, to confuse or to look elsewhere: each is a typed error before anything large is built. */
import { expect, test } from 'vitest';
import {
  check,
  decodeModel,
  encodeModel,
  GraphBuilder,
  GraphError,
  isOnnxError,
  ModelLimitError,
  simplify,
} from '../index.ts';
import {
  field,
  joined,
  modelOf,
  nodeOf,
  repeated,
  valueOf,
  varint,
  whole,
} from '../testing/wire.ts';

const io = [valueOf(11, 'x', [4]), valueOf(12, 'y', [4])];
const tensor = (parts: readonly Uint8Array[]): Uint8Array =>
  field(5, joined([field(8, 'w'), ...parts]));

const REFUSED: readonly (readonly [string, () => Uint8Array, RegExp])[] = [
  [
    'ten million empty nodes in 20 MB',
    () => modelOf([repeated(field(1, []), 10_000_000)]),
    /has 10000000 nodes, and 100000 are the most/,
  ],
  [
    'ten million nodes in 120 MB',
    () => modelOf([repeated(nodeOf('Relu', ['x'], 'y'), 10_000_000), ...io]),
    /has 10000000 nodes/,
  ],
  [
    'ten million value infos',
    () => modelOf([repeated(field(13, []), 10_000_000)]),
    /has \d+ bytes of messages.*, and 536870912 are the most/,
  ],
  [
    'a node with thirty million inputs',
    () => modelOf([field(1, repeated(field(1, 'x'), 30_000_000)), ...io]),
    /bytes of messages, names/,
  ],
  [
    'a list of a hundred million one-byte numbers, each of which would become a bigint',
    () => modelOf([tensor([whole(2, 7), whole(1, 1e8), field(7, new Uint8Array(1e8))])]),
    /bytes of messages, names/,
  ],
  [
    'ten million nodes in a branch',
    () => {
      const branch = joined([
        field(1, 'then_branch'),
        field(6, repeated(field(1, []), 10_000_000)),
        whole(20, 5),
      ]);
      return modelOf([field(1, joined([field(4, 'If'), field(5, branch)])), ...io]);
    },
    /has 10000001 nodes, and 100000 are/,
  ],
  [
    'dimensions of 2^40 by 2^40',
    () => modelOf([tensor([whole(2, 1), whole(1, 2 ** 40), whole(1, 2 ** 40)])]),
    /has 1\.2\d*e\+24 weights, and 500000000 are the most/,
  ],
  [
    'a thousand axes',
    () => modelOf([tensor([whole(2, 1), repeated(whole(1, 1), 1000)])]),
    /has 1000 axes of one value, and 12 are/,
  ],
  [
    'more data than it brings',
    () => modelOf([tensor([whole(2, 1), whole(1, 4e8), field(9, new Uint8Array(8))])]),
    /expected 1600000000 bytes of data, got 8/,
  ],
  [
    'a name of five million bytes',
    () => modelOf([nodeOf('Relu', ['x'], 'n'.repeat(5_000_000)), ...io]),
    /has 5000000 bytes in one name, and 4096 are/,
  ],
  [
    'a field that is longer than the file',
    () => joined([varint(7 * 8 + 2), varint(2 ** 40), [1, 2, 3]]),
    /damaged or truncated/,
  ],
  ['a number without an end', () => new Uint8Array(64).fill(255), /damaged or truncated/],
  ['a group, which the format does not use', () => Uint8Array.of(7 * 8 + 3), /damaged/],
  [
    'another archive',
    () => Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0),
    /not an ONNX model/,
  ],
  [
    'compressed data',
    () => Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0),
    /not an ONNX model|holds no ONNX graph/,
  ],
  [
    'two nodes that need each other',
    () => modelOf([nodeOf('Relu', ['b'], 'a'), nodeOf('Relu', ['a'], 'b'), ...io]),
    /depends on itself/,
  ],
  [
    'an element type that does not exist',
    () => modelOf([tensor([whole(2, 99), field(9, [])]), ...io]),
    /expected one of/,
  ],
  [
    'weights in /etc/passwd',
    () => {
      const place = joined([field(1, 'location'), field(2, '/etc/passwd')]);
      return modelOf([tensor([whole(2, 1), whole(1, 4), field(13, place), whole(14, 1)]), ...io]);
    },
    /its data is in another file, which Colloid never opens/,
  ],
  [
    'weights beside the file by an unmarked entry',
    () => {
      const place = joined([field(1, 'location'), field(2, '../../secret')]);
      return modelOf([tensor([whole(2, 1), whole(1, 4), field(13, place)]), ...io]);
    },
    /its data is in another file/,
  ],
];

test.each(REFUSED)('%s: refused', (_, make, message) => {
  const bytes = make();
  let thrown: unknown;
  try {
    check(decodeModel(bytes));
  } catch (error) {
    thrown = error;
  }
  expect(isOnnxError(thrown)).toBe(true);
  expect(String(thrown)).toMatch(message);
});

test('branches nested a thousand deep are refused before any of them is read', () => {
  let inner: Uint8Array = nodeOf('Relu', ['x'], 'y');
  for (let depth = 0; depth < 1000; depth += 1) {
    const attribute = joined([field(1, 'then_branch'), field(6, inner), whole(20, 5)]);
    inner = field(1, joined([field(1, 'x'), field(2, 'y'), field(4, 'If'), field(5, attribute)]));
  }
  expect(() => decodeModel(modelOf([inner, ...io]))).toThrow(ModelLimitError);
  expect(() => decodeModel(modelOf([inner, ...io]))).toThrow(
    /has 17 branches inside each other, and 16 are/,
  );
});

test('a hundred thousand nodes in the worst order are sorted', () => {
  const nodes = Array.from({ length: 100_000 }, (_, at) =>
    nodeOf('Relu', [at === 99_999 ? 'x' : `v${at + 1}`], at === 0 ? 'y' : `v${at}`),
  );
  const graph = check(decodeModel(modelOf([...nodes, ...io])));
  expect(graph.nodes.at(-1)?.outputs).toEqual(['y']);
  const one = nodeOf('Relu', ['x'], 'extra');
  expect(() => decodeModel(modelOf([...nodes, one, ...io]))).toThrow(ModelLimitError);
});

test('sums of symbolic sizes do not grow with every node', () => {
  const b = new GraphBuilder({ name: 'doubling' });
  let x = b.input('x', 'float32', ['batch', 'length']);
  for (let at = 0; at < 100; at += 1) x = b.op('Concat', [x, x], { axis: at % 2 });
  for (const dim of x.shape) expect(String(dim).length).toBeLessThan(520);
  // The same computation is still the same size, and another one is not.
  const flat = (): string => {
    let y = b.value('x');
    for (let at = 0; at < 12; at += 1) y = b.op('Concat', [y, y], { axis: 0 });
    return String(y.shape[0]);
  };
  expect(flat()).toBe(flat());
  expect(flat()).not.toBe(String(x.shape[0]));
});

test('axes do not grow with every node', () => {
  const b = new GraphBuilder({ name: 'unsqueezing' });
  const axes = b.int64(Array.from({ length: 60 }, (_, at) => at));
  const x = b.op('Unsqueeze', [b.input('x', 'float32', [2]), axes]);
  expect(() => b.op('Unsqueeze', [x, axes])).toThrow(GraphError);
  expect(() => b.op('Unsqueeze', [x, axes])).toThrow(/gives 121 axes, 64 are the most/);
});

test('one element expanded to two thousand million is not made while types are inferred', () => {
  const b = new GraphBuilder({ name: 'expanding' });
  const wide = b.op('Expand', [b.constant([1], { dims: [1, 1] }), b.int64([1, 2_000_000_000])]);
  const x = b.input('x', 'float32', ['batch', 1]);
  b.output('y', b.add(x, b.reduceSum(wide, { axes: [1], keepDims: true })));
  const graph = simplify(check(decodeModel(encodeModel(b.build()))));
  expect(graph.outputs[0]?.type.shape).toEqual(['batch', 1]);
});
