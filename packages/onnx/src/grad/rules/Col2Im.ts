/**
 * @file Gradient of Col2Im: it adds each block to its place in the image, so that the gradient of a block is dy read at that place.
 *
 * dy, padded, is read at constant positions: [N, C, padded image] -> [N, C, block, positions] -> [N, C * block, positions].
 */
import { columnGeometry, type ColumnGeometry } from '../../infer/sample.ts';
import { rule } from '../rule.ts';

export const Col2Im = rule(
  'Col2Im',
  'dy read block by block, at constant positions.',
  (c) => {
    const { b } = c;
    const geometry = columnGeometry(c);
    const { image, begins, ends, block, counts } = geometry;
    const pads = [0, 0, ...begins, 0, 0, ...ends];
    const padded = pads.every((p) => p === 0) ? c.dy : b.pad(c.dy, pads);
    const elements = image.reduce(
      (all, size, axis) => all * (size + (begins[axis] as number) + (ends[axis] as number)),
      1,
    );
    const channels = c.y().shape[1];
    if (typeof channels !== 'number')
      return c.fail('its gradient needs a fixed number of channels');
    const places = b.constant(blockPlaces(geometry), {
      dtype: 'int64',
      dims: [product(block), product(counts)],
    });
    const read = b.gather(b.reshape(padded, [0, channels, elements]), places, 2);
    return [b.reshape(read, [0, channels * product(block), product(counts)])];
  },
  { opsets: [18, 21], nonGradientInputs: [1, 2] },
);

/** Flat index into the padded image of each element of each block, [block, positions]. */
function blockPlaces(geometry: ColumnGeometry): readonly number[] {
  const { image, begins, ends, block, counts, dilations, strides } = geometry;
  const places: number[] = [];
  for (const element of indices(block))
    for (const position of indices(counts))
      places.push(
        image.reduce((flat, size, axis) => {
          const padded = size + (begins[axis] as number) + (ends[axis] as number);
          const at =
            (position[axis] as number) * (strides[axis] as number) +
            (element[axis] as number) * (dilations[axis] as number);
          return flat * padded + at;
        }, 0),
      );
  return places;
}

/** Every index into a box of these sizes, the last axis running fastest. */
function indices(sizes: readonly number[]): readonly (readonly number[])[] {
  return sizes.reduce<readonly (readonly number[])[]>(
    (rows, size) => rows.flatMap((row) => Array.from({ length: size }, (_, at) => [...row, at])),
    [[]],
  );
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}
