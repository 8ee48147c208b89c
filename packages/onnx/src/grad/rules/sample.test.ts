/** @file Gradients of operators that sample an image at computed positions, and that put blocks together to an image. */
import { expect, test } from 'vitest';
import type { Value } from '../../build/core-builder.ts';
import type { Graph } from '../../ir/graph.ts';
import type { AttributeInput } from '../../ir/attribute.ts';
import { tensorFrom, type Tensor } from '../../ir/tensor.ts';
import {
  checkGradient,
  gradientText,
  gradientsOfSum,
  graphOf,
  randomTensor,
} from '../../testing/index.ts';

function sampled(
  shapes: { readonly x: readonly (number | string)[]; readonly grid: readonly (number | string)[] },
  attributes: Readonly<Record<string, AttributeInput>>,
  opset = 20,
): Graph {
  return graphOf(
    shapes,
    (b, { x, grid }) => b.op('GridSample', [x as Value, grid as Value], attributes),
    { opset },
  );
}

/**
 * Coordinates up to a fifth of the axis beyond the edges, none nearer than 0.05 elements to an element, an edge or the middle between two
 * elements, where the interpolation has kinks.
 */
function gridTensor(
  dims: readonly number[],
  sizes: readonly number[],
  alignsCorners: boolean,
): Tensor {
  const random = randomTensor(dims, { seed: 5, low: 0, high: 1 });
  const values = [...(random.data as Float64Array)].map((value, at) => {
    const size = sizes[sizes.length - 1 - (at % sizes.length)] as number;
    const cells = Math.ceil(2 * size * 1.4);
    const half = Math.floor(value * cells) - Math.floor(0.4 * size);
    const x = (half + 0.1 + 0.8 * ((value * cells) % 1)) / 2 - 0.5;
    return alignsCorners ? (2 * x) / (size - 1) - 1 : (2 * x + 1) / size - 1;
  });
  return tensorFrom('float64', values, dims);
}

const PADDINGS = ['zeros', 'border', 'reflection'];
const modes = (names: readonly string[]): readonly (readonly [string, string, number])[] =>
  names.flatMap((mode) =>
    PADDINGS.flatMap((p) => [0, 1].map((corners) => [mode, p, corners] as const)),
  );

test.each(modes(['linear', 'cubic', 'nearest']))(
  'GridSample of an image agrees with central differences: %s, %s, corners %i',
  async (mode, padding_mode, align_corners) => {
    const attributes = { mode, padding_mode, align_corners };
    const graph = sampled({ x: ['n', 3, 5, 4], grid: ['n', 4, 6, 2] }, attributes);
    const feeds = {
      x: randomTensor([2, 3, 5, 4]),
      grid: gridTensor([2, 4, 6, 2], [5, 4], align_corners === 1),
    };
    await checkGradient(graph, { feeds });
  },
);

test.each(modes(['linear', 'nearest']))(
  'GridSample of a volume agrees with central differences: %s, %s, corners %i',
  async (mode, padding_mode, align_corners) => {
    const attributes = { mode, padding_mode, align_corners };
    const graph = sampled({ x: [2, 2, 3, 4, 5], grid: [2, 3, 2, 2, 3] }, attributes);
    const feeds = {
      x: randomTensor([2, 2, 3, 4, 5]),
      grid: gridTensor([2, 3, 2, 2, 3], [3, 4, 5], align_corners === 1),
    };
    await checkGradient(graph, { feeds });
  },
);

test('GridSample takes the slope ahead at an element and holds still beyond the border', async () => {
  const attributes = { padding_mode: 'border', align_corners: 1 };
  const graph = sampled({ x: [1, 1, 1, 3], grid: [1, 1, 3, 2] }, attributes);
  const { grid } = await gradientsOfSum(graph, {
    x: tensorFrom('float64', [1, 3, 8], [1, 1, 1, 3]),
    // At the middle element, a quarter on, and beyond the end.
    grid: tensorFrom('float64', [0, 0, 0.25, 0, 1.5, 0], [1, 1, 3, 2]),
  });
  expect(grid).toEqual([5, 0, 5, 0, 0, 0]);
});

test('GridSample is written with the operators of its opset, and only what is asked for', () => {
  const graph = graphOf(
    { x: [1, 1, 4] },
    (b, { x }) => {
      const grid = b.constant([0.1, 0.2], { dims: [1, 2, 1] });
      return b.op('GridSample', [x as Value, grid], { mode: 'nearest' });
    },
    { dtype: 'float32', opset: 16 },
  );
  expect(gradientText(graph)).toMatchInlineSnapshot(`
    "f_gradient(x: float32[1, 1, 4], y_cotangent: float32[1, 1, 2]) opset 16
      const_0 = float32[1, 2, 1] {0.1, 0.2}
      const_1 = int64[] {0}
      const_2 = int64[3] {0, 1, -1}
      const_3 = float32[] {2}
      const_4 = float32[] {1.5}
      const_5 = float32[1, 1] {0}
      const_6 = float32[] {0}
      const_7 = float32[] {3}
      const_8 = float32[] {1}
      const_9 = int64[3] {1, 1, 1}
      const_10 = int64[4] {0, 1, 1, -1}
      const_11 = int64[3] {0, 1, 4}
      GridSample_0_Grad/Gather_0: float32[1, 2] = Gather(const_0, const_1) {axis=2}
      GridSample_0_Grad/Reshape_0: float32[1, 1, 2] = Reshape(GridSample_0_Grad/Gather_0, const_2)
      GridSample_0_Grad/Mul_0: float32[1, 1, 2] = Mul(GridSample_0_Grad/Reshape_0, const_3)
      GridSample_0_Grad/Add_0: float32[1, 1, 2] = Add(GridSample_0_Grad/Mul_0, const_4)
      GridSample_0_Grad/Round_0: float32[1, 1, 2] = Round(GridSample_0_Grad/Add_0)
      GridSample_0_Grad/Add_1: float32[1, 1, 2] = Add(GridSample_0_Grad/Round_0, const_5)
      GridSample_0_Grad/Clip_0: float32[1, 1, 2] = Clip(GridSample_0_Grad/Add_1, const_6, const_7)
      GridSample_0_Grad/Equal_0: bool[1, 1, 2] = Equal(GridSample_0_Grad/Add_1, GridSample_0_Grad/Clip_0)
      GridSample_0_Grad/Cast_0: float32[1, 1, 2] = Cast(GridSample_0_Grad/Equal_0) {to=1}
      GridSample_0_Grad/Clip_1: float32[1, 1, 2] = Clip(GridSample_0_Grad/Add_1, const_6, const_7)
      GridSample_0_Grad/Cast_1: int64[1, 1, 2] = Cast(GridSample_0_Grad/Clip_1) {to=7}
      GridSample_0_Grad/Mul_1: float32[1, 1, 2] = Mul(GridSample_0_Grad/Add_1, const_6)
      GridSample_0_Grad/Add_2: float32[1, 1, 2] = Add(GridSample_0_Grad/Mul_1, const_8)
      GridSample_0_Grad/Mul_2: float32[1, 1, 2] = Mul(GridSample_0_Grad/Add_2, GridSample_0_Grad/Cast_0)
      GridSample_0_Grad/Reshape_1: int64[1, 1, 2] = Reshape(GridSample_0_Grad/Cast_1, const_2)
      GridSample_0_Grad/Expand_0: int64[1, 1, 2] = Expand(GridSample_0_Grad/Reshape_1, const_9)
      GridSample_0_Grad/Reshape_2: float32[1, 1, 1, 2] = Reshape(y_cotangent, const_10)
      GridSample_0_Grad/Reshape_3: float32[1, 1, 1, 2] = Reshape(GridSample_0_Grad/Mul_2, const_10)
      GridSample_0_Grad/Mul_3: float32[1, 1, 1, 2] = Mul(GridSample_0_Grad/Reshape_2, GridSample_0_Grad/Reshape_3)
      GridSample_0_Grad/Reshape_4: float32[1, 1, 2] = Reshape(GridSample_0_Grad/Mul_3, const_2)
      GridSample_0_Grad/Shape_0: int64[3] = Shape(x)
      GridSample_0_Grad/Expand_1: float32[1, 1, 4] = Expand(const_6, GridSample_0_Grad/Shape_0)
      GridSample_0_Grad/Reshape_5: float32[1, 1, 4] = Reshape(GridSample_0_Grad/Expand_1, const_11)
      GridSample_0_Grad/ScatterElements_0: float32[1, 1, 4] = ScatterElements(GridSample_0_Grad/Reshape_5, GridSample_0_Grad/Expand_0, GridSample_0_Grad/Reshape_4) {axis=2, reduction=add}
      x_grad: float32[1, 1, 4] = Reshape(GridSample_0_Grad/ScatterElements_0, const_11)
      -> x_grad: float32[1, 1, 4]"
  `);
});

test('GridSample refuses what it does not know, and sizes that only the run knows', () => {
  const shapes = { x: [1, 2, 3, 4], grid: [1, 2, 2, 2] };
  expect(() => gradientText(sampled(shapes, { mode: 'lanczos' }))).toThrow(
    /mode lanczos is unknown/,
  );
  expect(() => gradientText(sampled(shapes, { padding_mode: 'wrap' }))).toThrow(
    /padding_mode wrap/,
  );
  const open = sampled({ x: [1, 2, 'h', 4], grid: [1, 2, 2, 2] }, {});
  expect(() => gradientText(open)).toThrow(/needs fixed channels and sizes of its input/);
  expect(() => sampled({ x: [1, 2, 3, 4], grid: [1, 2, 2, 3] }, {})).toThrow(
    /expected a grid of the input's rank with one coordinate per axis last/,
  );
});

function joined(
  columns: readonly (number | string)[],
  sizes: { readonly image: readonly number[]; readonly block: readonly number[] },
  attributes: Readonly<Record<string, AttributeInput>> = {},
): Graph {
  return graphOf(
    { x: columns },
    (b, { x }) =>
      b.op('Col2Im', [x as Value, b.int64(sizes.image), b.int64(sizes.block)], attributes),
    { dtype: 'float32', opset: 18 },
  );
}

test.each([
  ['plain', [2, 12, 6], { image: [3, 4], block: [2, 2] }, {}],
  ['strided', [2, 8, 4], { image: [4, 4], block: [2, 2] }, { strides: [2, 2] }],
  ['dilated', [2, 8, 6], { image: [4, 5], block: [2, 2] }, { dilations: [2, 2] }],
  [
    'padded',
    ['n', 18, 4],
    { image: [4, 5], block: [3, 3] },
    { pads: [1, 0, 1, 1], strides: [2, 2] },
  ],
  ['one axis', ['n', 6, 5], { image: [6], block: [2] }, {}],
] as const)(
  'Col2Im gives each block the gradient of its place: %s',
  async (_, columns, sizes, attributes) => {
    const dims = columns.map((d) => (d === 'n' ? 2 : d));
    const feeds = { x: randomTensor(dims, { dtype: 'float32', whole: true }) };
    await checkGradient(joined(columns, sizes, attributes), { feeds, whole: true });
  },
);

test('Col2Im refuses columns that do not fit the image', () => {
  expect(() => joined([2, 8, 5], { image: [3, 3], block: [2, 2] })).toThrow(
    /expected 4 positions of the block, got 5/,
  );
  expect(() => joined([2, 7, 4], { image: [3, 3], block: [2, 2] })).toThrow(
    /expected a multiple of the block's 4 elements, got 7/,
  );
});
