/**
 * @file Dimensions: a number, or a symbol such as 'batch', or a product such as '4*batch'.
 *
 * Products are kept in one canonical text (coefficient first, symbols sorted), so that two dimensions are equal exactly when their
 * texts are. Anything else that a graph computes from a symbol (sums, slices) becomes a new opaque symbol.
 */
export type Dim = number | string;

interface Monomial {
  readonly coefficient: number;
  readonly symbols: readonly string[];
}

/** The product of dimensions in canonical form: `dimProduct([4, 'batch', 2])` is `'8*batch'`. */
export function dimProduct(dims: readonly Dim[]): Dim {
  let coefficient = 1;
  const symbols: string[] = [];
  for (const dim of dims) {
    const monomial = parse(dim);
    coefficient *= monomial.coefficient;
    symbols.push(...monomial.symbols);
  }
  return format({ coefficient, symbols });
}

/** `numerator / denominator` where it is exact by form, else undefined. */
export function dimQuotient(numerator: Dim, denominator: Dim): Dim | undefined {
  const top = parse(numerator);
  const bottom = parse(denominator);
  const symbols = [...top.symbols];
  for (const symbol of bottom.symbols) {
    const at = symbols.indexOf(symbol);
    if (at < 0) return undefined;
    symbols.splice(at, 1);
  }
  if (bottom.coefficient === 0 || top.coefficient % bottom.coefficient !== 0) return undefined;
  return format({ coefficient: top.coefficient / bottom.coefficient, symbols });
}

/** The sum: of numbers a number, with a symbol an opaque new symbol named by its parts. */
export function dimSum(dims: readonly Dim[]): Dim {
  const fixed = dims.filter((d) => typeof d === 'number').reduce((a, b) => a + b, 0);
  const symbolic = dims.filter((d) => typeof d === 'string');
  if (symbolic.length === 0) return fixed;
  if (symbolic.length === 1 && fixed === 0) return symbolic[0] as string;
  return opaque([...symbolic.toSorted(), ...(fixed === 0 ? [] : [String(fixed)])].join(' + '));
}

/** A symbol that stands for the text, safe inside products. */
export function opaque(text: string): string {
  return bounded(`(${text.replaceAll('*', '·')})`);
}

/** Longest text of a dimension; sums of sums would double it with every node of a hostile graph. */
const LONGEST_TEXT = 512;

/** The text, or a short symbol that is the same for the same text. */
function bounded(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  // FNV-1a, twice with different offsets: 64 bits, which no graph of 100 000 nodes meets twice by chance.
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x811c9dc5);
  }
  return `(dim ${(a >>> 0).toString(36)}${(b >>> 0).toString(36)})`;
}

/** The number of elements when every dimension is known, else undefined. */
export function elementCount(dims: readonly Dim[]): number | undefined {
  let count = 1;
  for (const dim of dims) {
    if (typeof dim !== 'number') return undefined;
    count *= dim;
  }
  return count;
}

export function sameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/**
 * The shape that numpy broadcasting gives, or undefined when it cannot.
 * Two different symbols are taken to be equal at run time (the first name stays): the runtime checks it.
 */
export function broadcastShapes(a: readonly Dim[], b: readonly Dim[]): readonly Dim[] | undefined {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) result.push(left);
    else if (left === 1) result.push(right);
    else if (typeof left === 'string') result.push(typeof right === 'string' ? left : right);
    else if (typeof right === 'string') result.push(left);
    else return undefined;
  }
  return result;
}

export function formatShape(shape: readonly Dim[]): string {
  return `[${shape.join(', ')}]`;
}

function parse(dim: Dim): Monomial {
  if (typeof dim === 'number') return { coefficient: dim, symbols: [] };
  const parts = dim.split('*');
  const first = parts[0] ?? '';
  if (parts.length > 1 && /^\d+$/.test(first))
    return { coefficient: Number(first), symbols: parts.slice(1) };
  return { coefficient: 1, symbols: parts };
}

function format({ coefficient, symbols }: Monomial): Dim {
  if (coefficient === 0 || symbols.length === 0) return coefficient;
  const product = bounded(symbols.toSorted().join('*'));
  return coefficient === 1 ? product : `${coefficient}*${product}`;
}
