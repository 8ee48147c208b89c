/** @file If with a condition that is known before the run is replaced by its branch; other control flow is refused by name. */
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { decodeModel } from './decode.ts';
import { isOnnxError, UnsupportedOperatorError } from '../errors.ts';
import { print } from '../ir/print.ts';
import { differentiate } from '../grad/engine.ts';
import { gradientText } from '../testing/gradient-text.ts';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  type AttributeProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
} from '../proto/onnx_pb.ts';

type NodeInit = MessageInitShape<typeof NodeProtoSchema>;
type TensorInit = MessageInitShape<typeof TensorProtoSchema>;

const [FLOAT, INT64, BOOL] = [1, 7, 9];

function op(
  opType: string,
  input: readonly string[],
  output: string,
  rest: NodeInit = {},
): NodeInit {
  return { opType, name: output, input: [...input], output: [output], ...rest };
}

function branch(
  nodes: readonly NodeInit[],
  output: string,
  initializer: readonly TensorInit[] = [],
): MessageInitShape<typeof AttributeProtoSchema> {
  const graph = create(GraphProtoSchema, {
    node: [...nodes],
    output: [{ name: output }],
    initializer: [...initializer],
  });
  return { type: 5, g: toBinary(GraphProtoSchema, graph) };
}

type Branch = ReturnType<typeof branch>;

function choose(condition: string, output: string, yes: Branch, no: Branch): NodeInit {
  return op('If', [condition], output, {
    attribute: [
      { ...yes, name: 'then_branch' },
      { ...no, name: 'else_branch' },
    ],
  });
}

function scalar(name: string, value: number): TensorInit {
  return { name, dataType: INT64, int64Data: [BigInt(value)] };
}

/** x [batch, 3] to y, with the constants 1 and 3. */
function model(
  nodes: readonly NodeInit[],
  initializer: readonly TensorInit[] = [scalar('one', 1), scalar('three', 3)],
): Uint8Array {
  const type = {
    tensorType: {
      elemType: FLOAT,
      shape: { dim: [{ dimParam: 'batch' }, { dimValue: 3n }] },
    },
  };
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      opsetImport: [{ domain: '', version: 17n }],
      graph: {
        name: 'g',
        node: [...nodes],
        input: [{ name: 'x', type }],
        output: [{ name: 'y', type }],
        initializer: [...initializer],
      },
    }),
  );
}

/** Whether the second size of x is 3, as exporters ask. */
const SIZE_IS_3: readonly NodeInit[] = [
  op('Shape', ['x'], 'shape'),
  op('Gather', ['shape', 'one'], 'size'),
  op('Equal', ['size', 'three'], 'is3'),
];

test('the branch that a size decides is taken, outer values and weights of its own included', () => {
  const half: TensorInit = { name: 'half', dataType: FLOAT, floatData: [0.5] };
  const bytes = model([
    choose(
      'is3',
      'y',
      branch([op('Relu', ['x'], 'r'), op('Mul', ['r', 'half'], 'm')], 'm', [half]),
      branch([op('Neg', ['x'], 'n')], 'n'),
    ),
    ...SIZE_IS_3,
  ]);
  const graph = decodeModel(bytes);
  expect(print(graph)).toMatchInlineSnapshot(`
    "g(x: float32[batch, 3]) opset 17
      one = int64[] {1}
      three = int64[] {3}
      y/half = float32[] {0.5}
      shape: int64[2] = Shape(x)
      size: int64[] = Gather(shape, one)
      is3: bool[] = Equal(size, three)
      y/r: float32[batch, 3] = Relu(x)
      y/m: float32[batch, 3] = Mul(y/r, y/half)
      y: float32[batch, 3] = Identity(y/m)
      -> y: float32[batch, 3]"
  `);
  expect(gradientText(graph)).toContain('x_grad');
});

test('the other branch is taken when the condition is false, and may hand an outer value on', () => {
  const no: TensorInit = { name: 'no', dataType: BOOL, int32Data: [0] };
  const bytes = model(
    [
      op('Neg', ['x'], 'negative'),
      choose('no', 'y', branch([op('Abs', ['x'], 'a')], 'a'), branch([], 'negative')),
    ],
    [no],
  );
  expect(print(decodeModel(bytes))).toMatchInlineSnapshot(`
    "g(x: float32[batch, 3]) opset 17
      no = bool[] {0}
      negative: float32[batch, 3] = Neg(x)
      y: float32[batch, 3] = Identity(negative)
      -> y: float32[batch, 3]"
  `);
});

test('branches within branches read the names of the one around them', () => {
  const inner = choose(
    'is3',
    'i',
    branch([op('Add', ['t', 'x'], 's')], 's'),
    branch([op('Neg', ['t'], 's')], 's'),
  );
  const outer = choose(
    'is3',
    'y',
    branch([op('Tanh', ['x'], 't'), inner], 'i'),
    branch([op('Neg', ['x'], 't')], 't'),
  );
  const text = print(decodeModel(model([...SIZE_IS_3, outer])));
  expect(text).toContain('= Add(y/t, x)');
  expect(text).not.toContain('Neg');
});

test('a condition that only the run knows is refused by name', () => {
  const bytes = model([
    op('ReduceMax', ['x'], 'largest', { attribute: [{ name: 'keepdims', type: 2, i: 0n }] }),
    op('Cast', ['largest'], 'isAny', { attribute: [{ name: 'to', type: 2, i: 9n }] }),
    choose(
      'isAny',
      'y',
      branch([op('Abs', ['x'], 'a')], 'a'),
      branch([op('Neg', ['x'], 'n')], 'n'),
    ),
  ]);
  expect(() => decodeModel(bytes)).toThrow(UnsupportedOperatorError);
  expect(() => decodeModel(bytes)).toThrow(
    /^If 'y': its condition is computed from values that only the run knows/,
  );
});

test('loops are refused with what to do', () => {
  const body = branch([op('Neg', ['x'], 'n')], 'n');
  const bytes = model([
    op('Loop', ['three', '', 'x'], 'y', { attribute: [{ ...body, name: 'body' }] }),
  ]);
  expect(() => decodeModel(bytes)).toThrow(
    /^Loop 'y': its number of steps is decided while it runs.* with the steps written out/,
  );
});

test('operators that are not taken say why at decoding or differentiation', () => {
  const graph = decodeModel(model([op('RandomNormalLike', ['x'], 'y')]));
  const differentiated = (): unknown =>
    differentiate(graph, { outputs: [{ name: 'y' }], withRespectTo: ['x'] });
  expect(differentiated).toThrow(/RandomNormalLike 'y': it gives other values at every run/);
});

test('nodes inside branches count, and branches nest to a limit', () => {
  const many = Array.from({ length: 60 }, (_, at) => op('Neg', ['x'], `n${at}`));
  const bytes = model([...SIZE_IS_3, choose('is3', 'y', branch(many, 'n0'), branch(many, 'n0'))]);
  expect(() => decodeModel(bytes, { nodes: 100 })).toThrow(/124 nodes, and 100 are/);
  expect(() => decodeModel(bytes, { objectBytes: 30_000 })).toThrow(/bytes of messages/);
  let nested = branch([op('Neg', ['x'], 'y')], 'y');
  for (let depth = 0; depth < 20; depth += 1)
    nested = branch([choose('is3', 'y', nested, branch([], 'x'))], 'y');
  const deep = model([...SIZE_IS_3, choose('is3', 'y', nested, branch([], 'x'))]);
  expect(() => decodeModel(deep)).toThrow(/17 branches inside each other/);
});

test('a branch of damaged bytes gives a typed error', () => {
  const broken = { type: 5, g: new Uint8Array([10, 200]) };
  const bytes = model([...SIZE_IS_3, choose('is3', 'y', broken, branch([], 'x'))]);
  try {
    decodeModel(bytes);
    expect.unreachable();
  } catch (error) {
    expect(isOnnxError(error)).toBe(true);
  }
});
