/**
 * @file Constant factors set aside: a value that is c times another one is carried as that other one and the number c, until an operator
 * needs the product itself. (c · x) · (d · y) is one product of x and y with the factor c d, c · x + c · y one sum, and a minus sign is a
 * factor like others. Gradients are full of such factors: those of Sub, Sqrt, of powers and of constants that scale.
 */
import { pruneNodes } from '../build/prune.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { mapTensor, tensorFrom, tensorNumbers } from '../ir/tensor.ts';
import { Rewriter } from './rewrite.ts';

/** The value `factor` · `base`. */
interface Scaled {
  readonly base: string;
  readonly factor: number;
}

/** What a node with these inputs gives, or null where it needs the products themselves. */
type Rule = (pass: Deferral, node: Node, inputs: readonly Scaled[]) => Scaled | null;

/** Factors outside of these powers of two are multiplied out, so that no base leaves the range of its dtype. */
const LARGEST_FACTOR = 2 ** 20;
/** Constants with more elements are not scaled: a copy would cost more than the product. */
const MOST_CONSTANT_ELEMENTS = 2 ** 16;
/** An operand this many times smaller than the result takes the factor: that costs next to nothing. */
const SMALL_SHARE = 16;

/** The graph with constant factors multiplied out as late and as rarely as can be; the source where that saves nothing. */
export function deferFactors(source: Graph): Graph {
  const result = new Deferral(source).run();
  return cost(result) < cost(source) ? result : source;
}

/** Elements that element-wise operators write, the batch taken as 1, and a little for every node. */
function cost(graph: Graph): number {
  const { table } = new Rewriter(graph);
  const written = graph.nodes.flatMap((node) => node.outputs.map((name) => table.types.get(name)));
  return written.reduce((sum, type) => sum + 64 + elements(type?.shape ?? []), 0);
}

function elements(shape: readonly (number | string)[]): number {
  return shape.reduce<number>((count, dim) => count * (typeof dim === 'number' ? dim : 1), 1);
}

/** One walk over the nodes in order. */
class Deferral {
  readonly rewriter: Rewriter;
  /** Values that are not what their own node gives. */
  readonly #scaled = new Map<string, Scaled>();
  readonly #products = new Map<string, string>();

  constructor(source: Graph) {
    this.rewriter = new Rewriter(source);
  }

  run(): Graph {
    for (const node of this.rewriter.source.nodes) this.#visit(node);
    for (const { name } of this.rewriter.source.outputs) this.#multiplyOut(name);
    return pruneNodes(this.rewriter.finish());
  }

  size(name: string): number {
    return elements(this.rewriter.type(name)?.shape ?? []);
  }

  /** The number that this constant is, where it is one that can be broadcast without changing the other operand's rank. */
  scalar(name: string, beside: string): number | undefined {
    const constant = this.rewriter.constant(name);
    const rank = this.rewriter.type(beside)?.shape.length ?? 0;
    if (constant?.data.length !== 1 || constant.dims.length > rank) return undefined;
    return tensorNumbers(constant)[0];
  }

  isConstant(name: string): boolean {
    return this.rewriter.constant(name) !== undefined;
  }

  /** A value that is the product: a constant scaled, or a node that multiplies, made once. */
  product({ base, factor }: Scaled): string {
    if (factor === 1) return base;
    const key = `${factor} ${base}`;
    let made = this.#products.get(key);
    if (made === undefined) {
      made = this.#multiply(base, factor);
      this.#products.set(key, made);
    }
    return made;
  }

  /** Whether a constant may be divided by a factor that is set aside. */
  canScale(name: string): boolean {
    const constant = this.rewriter.constant(name);
    return constant !== undefined && constant.data.length <= MOST_CONSTANT_ELEMENTS;
  }

  add(node: Node, opType: string, inputs: readonly string[]): string {
    return this.rewriter.add(`${node.name}/base`, opType, inputs, node.attributes);
  }

  #multiply(base: string, factor: number): string {
    const constant = this.rewriter.constant(base);
    if (constant !== undefined)
      return this.rewriter.initialiser(
        `${base}/scaled`,
        mapTensor(constant, (value) => value * factor),
      );
    if (factor === -1) return this.rewriter.add(`${base}/negative`, 'Neg', [base]);
    const dtype = this.rewriter.type(base)?.dtype ?? 'float32';
    const number = this.rewriter.initialiser('factor', tensorFrom(dtype, [factor], []));
    return this.rewriter.add(`${base}/scaled`, 'Mul', [base, number]);
  }

  #visit(node: Node): void {
    const output = node.outputs[0] ?? '';
    const inputs = node.inputs.map((name) => this.#scaled.get(name) ?? { base: name, factor: 1 });
    const isTouched = inputs.some(({ base }, at) => base !== node.inputs[at]);
    const rule = node.domain === '' ? RULES[node.opType] : undefined;
    const isScaling = rule !== undefined && SCALINGS.has(node.opType);
    if (!isTouched && !isScaling) return;
    const dtype = this.rewriter.type(output)?.dtype;
    const isReal = dtype === 'float32' || dtype === 'float64';
    const found = isReal && node.outputs.length === 1 ? rule?.(this, node, inputs) : null;
    if (found !== null && found !== undefined && isTame(found.factor)) {
      if (found.base === output) return;
      this.#scaled.set(output, found);
      // What needs the product of an untouched scaling finds it in the node that is there.
      if (!isTouched && found.factor !== 1)
        this.#products.set(`${found.factor} ${found.base}`, output);
      return;
    }
    for (const name of node.inputs) this.#multiplyOut(name);
  }

  /** From here on whoever reads the value by its old name reads the product. */
  #multiplyOut(name: string): void {
    const scaled = this.#scaled.get(name);
    if (scaled === undefined) return;
    const product = this.product(scaled);
    if (product !== name) this.rewriter.redirect(name, product);
  }
}

function isTame(factor: number): boolean {
  const size = Math.abs(factor);
  return size <= LARGEST_FACTOR && size >= 1 / LARGEST_FACTOR;
}

const mul: Rule = (pass, node, [x, y]) => {
  const [a, b] = node.inputs as [string, string];
  if (x === undefined || y === undefined) return null;
  const [inA, inB] = [pass.scalar(a, b), pass.scalar(b, a)];
  if (inB !== undefined && !pass.isConstant(a)) return { base: x.base, factor: x.factor * inB };
  if (inA !== undefined && !pass.isConstant(b)) return { base: y.base, factor: y.factor * inA };
  return x.base === a && y.base === b ? null : product(pass, node, [x, y]);
};

/** An operator that is linear in both: a factor goes to an operand that is small beside the result, else it is set aside. */
const product: Rule = (pass, node, [x, y]) => {
  if (x === undefined || y === undefined) return null;
  const factor = x.factor * y.factor;
  const limit = pass.size(node.outputs[0] ?? '') / SMALL_SHARE;
  const sizes = [pass.size(x.base), pass.size(y.base)] as const;
  if (factor !== 1 && isTame(factor) && Math.min(...sizes) <= limit) {
    const [first, second] =
      sizes[0] < sizes[1]
        ? [pass.product({ base: x.base, factor }), y.base]
        : [x.base, pass.product({ base: y.base, factor })];
    return { base: pass.add(node, node.opType, [first, second]), factor: 1 };
  }
  return { base: pass.add(node, node.opType, [x.base, y.base]), factor };
};

/** Where a product is larger than what is multiplied, factors set aside would be multiplied out on more elements. */
const matMul: Rule = (pass, node, inputs) => {
  const size = pass.size(node.outputs[0] ?? '');
  const isSmaller = inputs.every(({ base, factor }) => factor === 1 || size <= pass.size(base));
  const isSmallBeside = inputs.some(({ base }) => pass.size(base) <= size / SMALL_SHARE);
  return isSmaller || isSmallBeside ? product(pass, node, inputs) : null;
};

const div: Rule = (pass, node, [x, y]) => {
  const [a, b] = node.inputs as [string, string];
  if (x === undefined || y === undefined) return null;
  const divisor = pass.scalar(b, a);
  if (divisor !== undefined && !pass.isConstant(a))
    return divisor === 0 ? null : { base: x.base, factor: x.factor / divisor };
  if (x.factor === 1 && y.factor === 1 && x.base === a && y.base === b) return null;
  return {
    base: pass.add(node, 'Div', [x.base, y.base]),
    factor: x.factor / y.factor,
  };
};

const neg: Rule = (_pass, _node, [x]) => (x ? { base: x.base, factor: -x.factor } : null);

/** x + sign · y, of which one may be a constant. */
function sum(sign: 1 | -1): Rule {
  return (pass, node, [x, y]) => {
    if (x === undefined || y === undefined) return null;
    const make = (opType: 'Add' | 'Sub', first: string, second: string): string =>
      pass.add(node, opType, [first, second]);
    const [a, b] = [x.factor, sign * y.factor];
    if (x.base === y.base && isTame(a + b)) return { base: x.base, factor: a + b };
    const [isConstantX, isConstantY] = [pass.isConstant(x.base), pass.isConstant(y.base)];
    if (isConstantX && isConstantY) return null;
    if (isConstantY) {
      if (a === 1) return { base: make(sign === 1 ? 'Add' : 'Sub', x.base, y.base), factor: 1 };
      if (!fitsBeside(pass, y.base, x.base)) return null;
      return {
        base: make('Add', x.base, pass.product({ base: y.base, factor: b / a })),
        factor: a,
      };
    }
    if (isConstantX) {
      // c - y has the form that it had: the sign stays with the operator.
      if (b === -1) return { base: make('Sub', x.base, y.base), factor: 1 };
      if (b === 1) return { base: make('Add', y.base, x.base), factor: 1 };
      if (!fitsBeside(pass, x.base, y.base)) return null;
      return {
        base: make('Add', y.base, pass.product({ base: x.base, factor: a / b })),
        factor: b,
      };
    }
    const keepsX = keepsFirst(pass, x, y);
    const [kept, other] = keepsX ? [x, y] : [y, x];
    const [keptFactor, otherFactor] = keepsX ? [a, b] : [b, a];
    const ratio = otherFactor / keptFactor;
    const size = Math.abs(ratio);
    if (!isTame(size)) return null;
    const term = pass.product({ base: other.base, factor: size });
    if (ratio > 0) return { base: make('Add', kept.base, term), factor: keptFactor };
    // Of both orders of the difference the one whose factor is positive.
    return keptFactor > 0
      ? { base: make('Sub', kept.base, term), factor: keptFactor }
      : { base: make('Sub', term, kept.base), factor: -keptFactor };
  };
}

/** Whether the sum keeps the factor of x: of unequal factors one operand has to be multiplied out, best the smaller one. */
function keepsFirst(pass: Deferral, x: Scaled, y: Scaled): boolean {
  const [sizeX, sizeY] = [pass.size(x.base), pass.size(y.base)];
  if (sizeX !== sizeY) return sizeX > sizeY;
  return Math.abs(y.factor) !== 1 || Math.abs(x.factor) === 1;
}

function fitsBeside(pass: Deferral, constant: string, value: string): boolean {
  return pass.canScale(constant) && pass.size(constant) <= pass.size(value);
}

/** f(c x) = g(c) f(x). */
function homogeneous(of: (factor: number) => number | null): Rule {
  return (pass, node, [x]) => {
    const factor = x ? of(x.factor) : null;
    if (x === undefined || factor === null) return null;
    return { base: pass.add(node, node.opType, [x.base, ...node.inputs.slice(1)]), factor };
  };
}

/** Linear in its first input, which is not smaller than the result; its other inputs are constants. */
const linear: Rule = (pass, node, [x]) => {
  const others = node.inputs.slice(1);
  if (x === undefined || others.some((name) => name !== '' && !pass.isConstant(name))) return null;
  if (pass.size(node.outputs[0] ?? '') > pass.size(x.base)) return null;
  return { base: pass.add(node, node.opType, [x.base, ...others]), factor: x.factor };
};

const concat: Rule = (pass, node, inputs) => {
  const factor = inputs[0]?.factor ?? 1;
  if (inputs.some((input) => input.factor !== factor)) return null;
  const bases = inputs.map(({ base }) => base);
  return { base: pass.add(node, node.opType, bases), factor };
};

const whenPositive = (factor: number): number | null => (factor > 0 ? factor : null);

/** Operators that can set a factor aside by themselves. */
const SCALINGS: ReadonlySet<string> = new Set(['Mul', 'Div', 'Neg']);

const RULES: Readonly<Record<string, Rule>> = {
  Mul: mul,
  Div: div,
  Neg: neg,
  Add: sum(1),
  Sub: sum(-1),
  MatMul: matMul,
  Concat: concat,
  Abs: homogeneous(Math.abs),
  Sqrt: homogeneous((factor) => (factor > 0 ? Math.sqrt(factor) : null)),
  Relu: homogeneous(whenPositive),
  LeakyRelu: homogeneous(whenPositive),
  Reciprocal: homogeneous((factor) => 1 / factor),
  ReduceSum: linear,
  ReduceMean: linear,
  Reshape: linear,
  Flatten: linear,
  Squeeze: linear,
  Unsqueeze: linear,
  Transpose: linear,
  Slice: linear,
  Identity: linear,
};
