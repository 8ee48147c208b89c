/** @file Types of GridSample and Col2Im. */
import { dimProduct, dimQuotient, formatShape, type Dim } from '../ir/dim.ts';
import type { InferContext, InferRule } from './context.ts';

/** Positions and steps of the blocks that Col2Im adds together, per axis of the image. */
export interface ColumnGeometry {
  readonly image: readonly number[];
  readonly block: readonly number[];
  readonly dilations: readonly number[];
  readonly strides: readonly number[];
  readonly begins: readonly number[];
  readonly ends: readonly number[];
  /** Number of block positions along each axis. */
  readonly counts: readonly number[];
}

/** @throws GraphError when sizes are computed at run time or do not go together. */
export function columnGeometry(c: InferContext): ColumnGeometry {
  const image = c.numbers(1, 'image_shape') ?? c.fail('expected image_shape (input 1), got none');
  const block = c.numbers(2, 'block_shape') ?? c.fail('expected block_shape (input 2), got none');
  const ones = image.map(() => 1);
  const dilations = c.intList('dilations') ?? ones;
  const strides = c.intList('strides') ?? ones;
  const pads = c.intList('pads') ?? [...ones, ...ones].map(() => 0);
  const lists = [block, dilations, strides];
  if (lists.some((list) => list.length !== image.length) || pads.length !== 2 * image.length)
    c.fail(`expected block_shape, dilations, strides and pads for ${image.length} axes`);
  const [begins, ends] = [pads.slice(0, image.length), pads.slice(image.length)];
  const counts = image.map((size, axis) => {
    const span = (dilations[axis] as number) * ((block[axis] as number) - 1) + 1;
    const padded = size + (begins[axis] as number) + (ends[axis] as number);
    return Math.floor((padded - span) / (strides[axis] as number)) + 1;
  });
  return { image, block, dilations, strides, begins, ends, counts };
}

const col2Im: InferRule = (c) => {
  const shape = c.shape(0);
  if (shape.length !== 3)
    c.fail(`expected columns [batch, channels * block, positions], got ${formatShape(shape)}`);
  const { image, block, counts } = columnGeometry(c);
  const positions = counts.reduce((a, b) => a * b, 1);
  if (typeof shape[2] === 'number' && shape[2] !== positions)
    c.fail(`expected ${positions} positions of the block, got ${shape[2]}`);
  const size = block.reduce((a, b) => a * b, 1);
  const channels =
    dimQuotient(shape[1] as Dim, size) ??
    c.fail(`expected a multiple of the block's ${size} elements, got ${String(shape[1])}`);
  return c.like([shape[0] as Dim, channels, ...image]);
};

const gridSample: InferRule = (c) => {
  const [x, grid] = [c.shape(0), c.shape(1)];
  const axes = x.length - 2;
  if (axes < 1 || grid.length !== x.length || dimProduct(grid.slice(-1)) !== axes)
    c.fail(
      `expected a grid of the input's rank with one coordinate per axis last, got ${formatShape(x)} and ${formatShape(grid)}`,
    );
  return c.like([x[0] as Dim, x[1] as Dim, ...grid.slice(1, -1)]);
};

export const SAMPLE: Readonly<Record<string, InferRule>> = {
  Col2Im: col2Im,
  GridSample: gridSample,
};
