/**
 * @file Gradient of a convolution with respect to its input, in the formulation that onnxruntime runs fastest.
 *
 * y[o] = Σ_k x[o·s - p + k·d] w[k], so dx[i] = Σ over (o, k) with o·s - p + k·d = i of dy[o] w[k].
 * Stride 1: a convolution of dy with w flipped in space and transposed in channels. Stride s > 1 without dilation: i + p = s·u + r splits
 * the input into s phases per axis, each a stride-1 convolution of dy with every s-th tap. Everything else: ConvTranspose.
 */
import type { Value } from '../build/core-builder.ts';
import { windowGeometry, type WindowGeometry } from '../infer/window.ts';
import { elementCount } from '../ir/dim.ts';
import { createData } from '../ir/dtype.ts';
import { tensor, type Tensor } from '../ir/tensor.ts';
import type { VjpContext } from './rule.ts';

/** The taps to take along one axis: first, then every `step`-th, of `size`; always in flipped order. */
interface Taps {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** dx for node inputs x (0) and w (1) of a Conv with cotangent dy. */
export function convInputGradient(c: VjpContext): Value {
  const geometry = windowGeometry(c, c.shape(1).slice(2) as number[]);
  if (geometry.strides.every((s) => s === 1)) {
    const dx = stride1(c, geometry);
    if (dx) return dx;
  } else {
    const dx = byPhases(c, geometry);
    if (dx) return dx;
  }
  return transposedConvolution(c, geometry);
}

function stride1(c: VjpContext, { kernel, dilations, pads }: WindowGeometry): Value | undefined {
  const axes = kernel.length;
  const mirrored = pads.map((_, at) => {
    const axis = at % axes;
    return (dilations[axis] as number) * ((kernel[axis] as number) - 1) - (pads[at] as number);
  });
  if (mirrored.some((pad) => pad < 0)) return undefined;
  const taps = kernel.map((count): Taps => ({ first: 0, step: 1, count }));
  return c.b.conv(c.dy, flippedWeight(c, taps), null, {
    pads: mirrored,
    dilations,
    group: c.int('group', 1),
  });
}

/** One convolution per phase, interleaved; undefined when the geometry has an empty phase or would need to crop. */
function byPhases(
  c: VjpContext,
  { kernel, strides, dilations, pads, output }: WindowGeometry,
): Value | undefined {
  const axes = kernel.length;
  const sizes = c.shape(0).slice(2);
  if (elementCount(sizes) === undefined || dilations.some((d) => d !== 1)) return undefined;
  const perAxis = kernel.map((k, axis) =>
    axisPhases({
      kernel: k,
      stride: strides[axis] as number,
      pad: pads[axis] as number,
      size: sizes[axis] as number,
      outputs: output[axis] as number,
    }),
  );
  if (perAxis.some((phases) => phases === undefined)) return undefined;
  const phases = perAxis as readonly (readonly Phase[])[];
  const group = c.int('group', 1);
  const build = (chosen: readonly Phase[]): Value => {
    const axis = chosen.length;
    const next = phases[axis];
    if (!next)
      return c.b.conv(
        c.dy,
        flippedWeight(
          c,
          chosen.map((p) => p.taps),
        ),
        null,
        { pads: [...chosen.map((p) => p.begin), ...chosen.map((p) => p.end)], group },
      );
    return interleave(
      c,
      next.map((phase) => build([...chosen, phase])),
      axis + 2,
    );
  };
  let dx = build([]);
  for (let axis = 0; axis < axes; axis += 1)
    if (dx.shape[axis + 2] !== sizes[axis])
      dx = c.b.slice(dx, { axis: axis + 2, start: 0, end: sizes[axis] as number });
  return dx;
}

interface Phase {
  readonly taps: Taps;
  readonly begin: number;
  readonly end: number;
}

interface AxisGeometry {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
  readonly size: number;
  readonly outputs: number;
}

/** Phases f = 0 .. s-1 of the positions i = f + s·v: taps r, r + s, …, r = (f + p) mod s, and pads so that v runs over ceil(size / s). */
function axisPhases({
  kernel,
  stride,
  pad,
  size,
  outputs,
}: AxisGeometry): readonly Phase[] | undefined {
  const length = Math.ceil(size / stride);
  const phases = Array.from({ length: stride }, (_, f): Phase => {
    const first = (f + pad) % stride;
    const count = Math.ceil((kernel - first) / stride);
    const shift = (f + pad - first) / stride;
    const begin = count - 1 - shift;
    return {
      taps: { first, step: stride, count },
      begin,
      end: length + count - 1 - outputs - begin,
    };
  });
  return phases.every((p) => p.taps.count > 0 && p.begin >= 0 && p.end >= 0) ? phases : undefined;
}

/** [.., n, ..] for each phase to [.., n · phases, ..], element by element in turn. */
function interleave(c: VjpContext, parts: readonly Value[], axis: number): Value {
  const first = parts[0] as Value;
  if (parts.length === 1) return first;
  const stacked = c.b.concat(
    parts.map((part) => c.b.unsqueeze(part, [axis + 1])),
    axis + 1,
  );
  const dims = first.shape.map((d, at) =>
    at === axis ? Number(d) * parts.length : at < 2 ? 0 : Number(d),
  );
  return c.b.reshape(stacked, dims);
}

function transposedConvolution(
  c: VjpContext,
  { kernel, strides, dilations, pads, output }: WindowGeometry,
): Value {
  const axes = kernel.length;
  const outputPadding = kernel.map((k, axis) => {
    const [size, count] = [c.shape(0)[axis + 2], output[axis]];
    const stride = strides[axis] as number;
    if (stride === 1) return 0;
    if (typeof size !== 'number' || typeof count !== 'number')
      return c.fail('its gradient with a stride needs a fixed height and width');
    return (
      size -
      ((count - 1) * stride +
        (k - 1) * (dilations[axis] as number) +
        1 -
        (pads[axis] as number) -
        (pads[axis + axes] as number))
    );
  });
  return c.b.convTranspose(c.dy, c.x(1), null, {
    strides,
    dilations,
    pads,
    outputPadding,
    group: c.int('group', 1),
  });
}

/** w [M, C/g, k...] as [C, M/g, taps...], flipped in space; a constant when w is one. */
function flippedWeight(c: VjpContext, taps: readonly Taps[]): Value {
  const weight = c.constant(1);
  const group = c.int('group', 1);
  if (weight) {
    const name = `${c.node.inputs[1] ?? 'weight'}_flipped${taps.map((t) => `_${t.first}`).join('')}`;
    return c.b.initialiser(name, flip(weight, group, taps));
  }
  const { b } = c;
  let w = c.x(1);
  taps.forEach(({ first, step, count }, axis) => {
    const last = first + (count - 1) * step;
    const kernel = c.shape(1)[axis + 2] as number;
    if (kernel === 1) return;
    w = b.slice(w, {
      axis: axis + 2,
      start: last,
      end: first - step < 0 ? -(2 ** 62) : first - step,
      step: -step,
    });
  });
  const [outputs, inputs] = [c.shape(1)[0], c.shape(1)[1] as number];
  const spatial = taps.map((t) => t.count);
  if (group === 1) return b.transpose(w, [1, 0, ...spatial.map((_, at) => at + 2)]);
  const perGroup = typeof outputs === 'number' ? outputs / group : -1;
  const split = b.reshape(w, [group, perGroup, inputs, ...spatial]);
  return b.reshape(b.transpose(split, [0, 2, 1, ...spatial.map((_, at) => at + 3)]), [
    group * inputs,
    perGroup,
    ...spatial,
  ]);
}

function flip({ dtype, dims, data }: Tensor, group: number, taps: readonly Taps[]): Tensor {
  const [outputs, inputs] = [dims[0] as number, dims[1] as number];
  const kernel = dims.slice(2);
  const perGroup = outputs / group;
  const offsets = tapOffsets(kernel, taps);
  const kernelSize = kernel.reduce((a, b) => a * b, 1);
  const flipped = createData(dtype, group * inputs * perGroup * offsets.length);
  let at = 0;
  for (let g = 0; g < group; g += 1)
    for (let i = 0; i < inputs; i += 1)
      for (let o = 0; o < perGroup; o += 1) {
        const base = ((g * perGroup + o) * inputs + i) * kernelSize;
        for (const offset of offsets) {
          flipped[at] = data[base + offset] as number;
          at += 1;
        }
      }
  return tensor(dtype, [group * inputs, perGroup, ...taps.map((t) => t.count)], flipped);
}

/** Flat positions in the kernel of the chosen taps, last first on every axis. */
function tapOffsets(kernel: readonly number[], taps: readonly Taps[]): readonly number[] {
  let offsets = [0];
  taps.forEach(({ first, step, count }, axis) => {
    const along = Array.from({ length: count }, (_, at) => first + (count - 1 - at) * step);
    offsets = offsets.flatMap((offset) =>
      along.map((tap) => offset * (kernel[axis] as number) + tap),
    );
  });
  return offsets;
}
