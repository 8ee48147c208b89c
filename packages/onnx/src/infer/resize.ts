/** @file Which axes Resize works on, by how much, and to which size. */
import { dimProduct, type Dim } from '../ir/dim.ts';
import { tensorNumbers } from '../ir/tensor.ts';
import type { InferContext, InferRule } from './context.ts';

export interface ResizeScales {
  readonly axes: readonly number[];
  /** One per axis; undefined where only the sizes say it, or only the run knows. */
  readonly scales: readonly number[] | undefined;
}

/** The axes, and the scales where they are constants or follow from a policy that keeps the aspect ratio. */
export function resizeScales(c: InferContext): ResizeScales {
  const shape = c.shape(0);
  const axes = c.intList('axes')?.map((a) => c.axis(a, shape.length)) ?? shape.map((_, at) => at);
  const given = c.constant(2);
  if (given && given.data.length > 0) return { axes, scales: tensorNumbers(given) };
  const policy = c.string('keep_aspect_ratio_policy', 'stretch');
  const sizes = c.ints(3)?.values;
  if (policy === 'stretch' || !sizes) return { axes, scales: undefined };
  const ratios = axes.map((axis, at) => Number(sizes[at]) / Number(shape[axis]));
  if (ratios.some((ratio) => Number.isNaN(ratio)))
    return c.fail(`keep_aspect_ratio_policy ${policy} needs fixed sizes`);
  const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return { axes, scales: axes.map(() => scale) };
}

/** The type that Resize gives. */
export const resize: InferRule = (c) => {
  const result = [...c.shape(0)];
  const { axes, scales } = resizeScales(c);
  const sizes = c.ints(3)?.values;
  const isStretched = c.string('keep_aspect_ratio_policy', 'stretch') === 'stretch';
  axes.forEach((axis, at) => {
    const size = result[axis] as Dim;
    if (sizes && isStretched) result[axis] = sizes[at] as Dim;
    else if (sizes) result[axis] = Math.floor(Number(size) * (scales?.[at] ?? 1) + 0.5);
    else result[axis] = scaled(c, { axis, size, scale: scales?.[at] });
  });
  return c.like(result);
};

interface ScaledAxis {
  readonly axis: number;
  readonly size: Dim;
  readonly scale: number | undefined;
}

function scaled(c: InferContext, { axis, size, scale }: ScaledAxis): Dim {
  if (scale === 1) return size;
  if (scale === undefined) return c.unknownDim(axis);
  if (typeof size === 'number') return Math.floor(size * scale);
  return Number.isInteger(scale) ? dimProduct([size, scale]) : c.unknownDim(axis);
}
