/**
 * @file Shape arithmetic: which small whole-number values a node gives, where dimensions may be symbolic.
 *
 * Exporters write sizes, pads and conditions as chains of Shape, Gather, Concat, Where, Equal, Cast and so on. Conditions are 0 and 1.
 * Float values are followed too when they are known numbers, because sizes are scaled through them (Cast, Mul, Floor, Cast).
 */
import { isFloat } from '../ir/dtype.ts';
import { dimProduct, dimQuotient, dimSum, type Dim } from '../ir/dim.ts';
import { tensorNumbers } from '../ir/tensor.ts';
import type { FoldRule, InferContext, KnownInts } from './context.ts';
import { broadcastTo, FOLD_MOVES, MAX_FOLDED, outputDims, vector } from './fold-tensor.ts';
import { sliceRange } from './shape.ts';

const pass: FoldRule = (c) => c.ints(0);

/** Element by element over broadcast inputs; unknown as soon as one element is. */
function elementwise(combine: (...values: readonly Dim[]) => Dim | undefined): FoldRule {
  return (c) => {
    const dims = outputDims(c.outputShape());
    const inputs = c.node.inputs.map((_, at) => c.ints(at));
    if (!dims || !inputs.every((known) => known !== undefined)) return undefined;
    const wide = inputs.map((known) => broadcastTo(known, dims).values);
    const count = dims.reduce((a, b) => a * b, 1);
    const values = Array.from({ length: count }, (_, at) =>
      combine(...wide.map((list) => list[at] as Dim)),
    );
    return values.every(isKnown) ? { dims, values } : undefined;
  };
}

/** A symbol or a finite number; 0 / 0 and the like are nothing to go on with. */
function isKnown(value: Dim | undefined): value is Dim {
  return typeof value === 'string' || Number.isFinite(value);
}

/** For operators that need plain numbers. */
function numeric(combine: (...values: readonly number[]) => number): FoldRule {
  return elementwise((...values) =>
    values.every((v) => typeof v === 'number') ? combine(...values) : undefined,
  );
}

/**
 * Whether two dimensions are equal: numbers compare; the same text is equal; a symbol is a size that the file leaves open, so it is not
 * a negative number, which shape arithmetic uses as a mark.
 */
function areEqual(a: Dim, b: Dim): Dim | undefined {
  if (a === b) return 1;
  if (typeof a === 'number' && typeof b === 'number') return 0;
  const fixed = typeof a === 'number' ? a : typeof b === 'number' ? b : undefined;
  return fixed !== undefined && fixed < 0 ? 0 : undefined;
}

function quotient(c: InferContext): FoldRule {
  const isWhole = !isFloat(c.type(0).dtype);
  return elementwise((a, b) => {
    if (typeof a === 'number' && typeof b === 'number')
      return b === 0 ? undefined : isWhole ? Math.trunc(a / b) : a / b;
    return dimQuotient(a, b);
  });
}

function times(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  const isWhole = [a, b].every((d) => typeof d === 'string' || Number.isSafeInteger(d));
  return isWhole && [a, b].every((d) => typeof d === 'string' || d >= 0)
    ? dimProduct([a, b])
    : undefined;
}

function plus(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return [a, b].every((d) => typeof d === 'string' || Number.isSafeInteger(d))
    ? dimSum([a, b])
    : undefined;
}

function minus(a: Dim, b: Dim): Dim | undefined {
  if (a === b) return 0;
  return typeof b === 'number' ? plus(a, -b) : undefined;
}

/** Rounding leaves whole dimensions as they are. */
function rounding(round: (value: number) => number): FoldRule {
  return elementwise((a) => (typeof a === 'number' ? round(a) : a));
}

const shapeOf: FoldRule = (c) => {
  const shape = c.shape(0);
  const rank = shape.length;
  const { first, length } = sliceRange(rank, c.int('start', 0), c.int('end', rank), 1);
  return vector(shape.slice(first, first + length));
};

const constantOfShape: FoldRule = (c) => {
  const value = c.tensor('value');
  const dims = outputDims(c.outputShape());
  if (!dims) return undefined;
  const count = dims.reduce((a, b) => a * b, 1);
  const element = value ? (tensorNumbers(value)[0] ?? 0) : 0;
  return { dims, values: Array.from({ length: count }, () => element) };
};

const range: FoldRule = (c) => {
  const [start, limit, delta] = [0, 1, 2].map((at) => c.ints(at)?.values[0]);
  if (typeof start !== 'number' || typeof limit !== 'number' || typeof delta !== 'number')
    return undefined;
  const length = Math.max(0, Math.ceil((limit - start) / delta));
  return length <= MAX_FOLDED
    ? vector(Array.from({ length }, (_, at) => start + at * delta))
    : undefined;
};

/** To an integer a known fraction is cut off; to bool it is 0 or 1. */
const cast: FoldRule = (c) => {
  const known = c.ints(0);
  const dtype = c.outputDtype();
  if (!known || dtype === undefined || isFloat(dtype)) return known;
  const convert = (v: Dim): Dim | undefined => {
    if (dtype === 'bool') return typeof v === 'number' ? Number(v !== 0) : undefined;
    return typeof v === 'number' ? Math.trunc(v) : v;
  };
  const values = known.values.map(convert);
  return values.every(isKnown) ? { dims: known.dims, values } : undefined;
};

const where = elementwise((condition, yes, no) =>
  yes === no ? yes : typeof condition === 'number' ? (condition === 0 ? no : yes) : undefined,
);

const sliceOfSplit = (c: InferContext): readonly (KnownInts | undefined)[] => {
  const known = c.ints(0);
  if (known?.dims.length !== 1) return [];
  const lengths = c.node.outputs.map((_, at) => c.outputShape(at)?.[0]);
  if (!lengths.every((length) => typeof length === 'number')) return [];
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return vector(known.values.slice(start - length, start));
  });
};

/** Known elements of every output, for operators that have several. */
export const FOLD_ALL: Readonly<
  Record<string, (c: InferContext) => readonly (KnownInts | undefined)[]>
> = { Split: sliceOfSplit };

export const FOLD: Readonly<Record<string, FoldRule>> = {
  ...FOLD_MOVES,
  Shape: shapeOf,
  Size: (c) => ({ dims: [], values: [dimProduct(c.shape(0))] }),
  Cast: cast,
  ConstantOfShape: constantOfShape,
  Identity: pass,
  Range: range,
  Mul: elementwise(times),
  Div: (c) => quotient(c)(c),
  Add: elementwise(plus),
  Sub: elementwise(minus),
  Neg: numeric((a) => -a),
  Abs: elementwise((a) => (typeof a === 'number' ? Math.abs(a) : a)),
  Mod: (c) => {
    const round = c.int('fmod', 0) === 1 ? Math.trunc : Math.floor;
    return numeric((a, b) => a - b * round(a / b))(c);
  },
  Min: numeric(Math.min),
  Max: numeric(Math.max),
  Floor: rounding(Math.floor),
  Ceil: rounding(Math.ceil),
  Equal: elementwise(areEqual),
  Less: numeric((a, b) => Number(a < b)),
  LessOrEqual: numeric((a, b) => Number(a <= b)),
  Greater: numeric((a, b) => Number(a > b)),
  GreaterOrEqual: numeric((a, b) => Number(a >= b)),
  And: numeric((a, b) => Number(a !== 0 && b !== 0)),
  Or: numeric((a, b) => Number(a !== 0 || b !== 0)),
  Not: numeric((a) => Number(a === 0)),
  Where: where,
};
