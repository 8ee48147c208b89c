/** @file The geometry of ConvTranspose: pads resolved to numbers, also where the file gives the output's shape or auto_pad instead. */
import { dimProduct, dimSum, type Dim } from '../ir/dim.ts';
import type { InferContext } from './context.ts';

export interface TransposedGeometry {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Begins of all spatial axes, then ends. */
  readonly pads: readonly number[];
  readonly output: readonly Dim[];
}

/** Resolves the window of a ConvTranspose over the spatial axes of input 0. */
export function transposedGeometry(c: InferContext): TransposedGeometry {
  const sizes = c.shape(0).slice(2);
  const taps = c.shape(1).slice(2);
  if (sizes.length === 0 || taps.length !== sizes.length || taps.some((k) => typeof k === 'string'))
    c.fail(`expected a kernel of known size over ${sizes.length} axes`);
  const kernel = taps as readonly number[];
  const strides = c.intList('strides') ?? kernel.map(() => 1);
  const dilations = c.intList('dilations') ?? kernel.map(() => 1);
  const outputPadding = c.intList('output_padding') ?? kernel.map(() => 0);
  if (outputPadding.some((extra, axis) => extra >= (strides[axis] as number)))
    c.fail(`expected output_padding below the strides, got [${outputPadding.join(', ')}]`);
  const steps = sizes.map((size, axis) =>
    dimProduct([dimSum([size, -1]), strides[axis] as number]),
  );
  const reach = kernel.map(
    (k, axis) => (k - 1) * (dilations[axis] as number) + 1 + (outputPadding[axis] as number),
  );
  const full = steps.map((size, axis) => dimSum([size, reach[axis] as number]));
  const pads = resolvePads(c, { sizes, strides, full });
  const output = steps.map((size, axis) => {
    const cut = (pads[axis] as number) + (pads[axis + kernel.length] as number);
    return dimSum([size, (reach[axis] as number) - cut]);
  });
  return { kernel, strides, dilations, pads, output };
}

interface Sizes {
  readonly sizes: readonly Dim[];
  readonly strides: readonly number[];
  readonly full: readonly Dim[];
}

/** pads as given, or what makes the output the size that output_shape or auto_pad (input times stride) asks for. */
function resolvePads(c: InferContext, { sizes, strides, full }: Sizes): readonly number[] {
  const mode = c.string('auto_pad', 'NOTSET');
  const asked = c.intList('output_shape');
  const zeros = [...full, ...full].map(() => 0);
  if (!asked && mode === 'VALID') return zeros;
  if (!asked && mode === 'NOTSET') return c.intList('pads') ?? zeros;
  const wanted = asked
    ? asked.slice(-full.length)
    : sizes.map((size, axis) => dimProduct([size, strides[axis] as number]));
  const totals = full.map((size, axis) => {
    const target = wanted[axis] as Dim;
    if (typeof size !== 'number' || typeof target !== 'number')
      return c.fail('output_shape and auto_pad need a fixed height and width; give pads');
    return size >= target
      ? size - target
      : c.fail(`an output of ${target} along spatial axis ${axis} needs output_padding`);
  });
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total) => Math.ceil(total / 2));
  return mode === 'SAME_UPPER' ? [...small, ...large] : [...large, ...small];
}
