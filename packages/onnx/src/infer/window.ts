/** @file The geometry of convolutions and pools: strides, dilations and pads resolved to numbers. */
import { dimQuotient, dimSum, type Dim } from '../ir/dim.ts';
import type { InferContext } from './context.ts';

export interface WindowGeometry {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Begins of all spatial axes, then ends. */
  readonly pads: readonly number[];
  readonly output: readonly Dim[];
}

/** Resolves the window of Conv or a pool over the spatial axes (2 and up) of input 0. */
export function windowGeometry(c: InferContext, kernel: readonly number[]): WindowGeometry {
  const spatial = c.shape(0).slice(2);
  if (kernel.length !== spatial.length)
    c.fail(`expected a kernel over ${spatial.length} axes, got ${kernel.length}`);
  const strides = c.intList('strides') ?? kernel.map(() => 1);
  const dilations = c.intList('dilations') ?? kernel.map(() => 1);
  const mode = c.string('auto_pad', 'NOTSET');
  const pads =
    mode === 'NOTSET'
      ? (c.intList('pads') ?? [...kernel, ...kernel].map(() => 0))
      : autoPads(c, mode, { kernel, strides, dilations });
  const ceil = c.int('ceil_mode', 0) === 1;
  const output = spatial.map((size, at) => {
    const reach = ((kernel[at] as number) - 1) * (dilations[at] as number) + 1;
    const total = (pads[at] as number) + (pads[at + kernel.length] as number) - reach;
    const stride = strides[at] as number;
    if (typeof size === 'number') {
      const steps = (size + total) / stride;
      let count = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
      // A window that would start in the padding at the end is dropped.
      if (ceil && (count - 1) * stride >= size + (pads[at] as number)) count -= 1;
      if (count < 1) c.fail(`the kernel ${kernel.join('x')} does not fit the padded input`);
      return count;
    }
    if (stride === 1) return dimSum([size, total + 1]);
    return dimQuotient(dimSum([size, total + stride]), stride) ?? c.unknownDim(at + 2);
  });
  return { kernel, strides, dilations, pads, output };
}

function autoPads(
  c: InferContext,
  mode: string,
  { kernel, strides, dilations }: Pick<WindowGeometry, 'kernel' | 'strides' | 'dilations'>,
): readonly number[] {
  if (mode === 'VALID') return [...kernel, ...kernel].map(() => 0);
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') return c.fail(`auto_pad ${mode} is unknown`);
  const begins: number[] = [];
  const ends: number[] = [];
  kernel.forEach((k, at) => {
    const size = c.shape(0)[at + 2];
    const reach = (k - 1) * (dilations[at] as number) + 1;
    const stride = strides[at] as number;
    if (typeof size !== 'number' && stride !== 1)
      c.fail('auto_pad over a symbolic size needs stride 1');
    const total =
      typeof size === 'number'
        ? Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size)
        : reach - 1;
    const small = Math.floor(total / 2);
    begins.push(mode === 'SAME_UPPER' ? small : total - small);
    ends.push(mode === 'SAME_UPPER' ? total - small : small);
  });
  return [...begins, ...ends];
}
