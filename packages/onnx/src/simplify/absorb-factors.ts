/**
 * @file Constant factors moved to where they cost nothing: c · (s · x - t) is (c s) · x - c t where s and t are small beside x, and
 * c · sqrt(x² + y²) is sqrt((c x)² + (c y)²). What `deferFactors` does towards the readers of a value, this does towards its makers, for
 * the factors of sums, of exponents and of sigmoids, which have no reader to take them.
 */
import { pruneNodes } from '../build/prune.ts';
import { elementCount } from '../ir/dim.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { mapTensor, tensorFrom, tensorNumbers } from '../ir/tensor.ts';
import { Rewriter } from './rewrite.ts';

/** Makes a value times a factor when called, and costs no pass over a large value. */
type Scaled = () => string;

/** How a node's output times a factor is made of its inputs, or null where that costs a pass. */
type Rule = (pass: Absorption, node: Node, factor: number) => Scaled | null;

/** A value this many times smaller than the product that is saved is scaled by a node of its own. */
const SMALL_SHARE = 16;
/** Factors stay within these powers of two, so that no value leaves the range of float32. */
const LARGEST_FACTOR = 2 ** 20;
const MOST_CONSTANT_ELEMENTS = 2 ** 16;

/** The graph without the products by a scalar that the makers of the value can take; the source where there is none. */
export function absorbFactors(source: Graph): Graph {
  const pass = new Absorption(new Rewriter(source));
  // Readers first: a factor further up then joins the one that comes to it.
  for (const node of source.nodes.toReversed()) pass.visit(node);
  return pass.rewriter.hasChanged ? pruneNodes(pass.rewriter.finish()) : source;
}

class Absorption {
  readonly rewriter: Rewriter;
  /** Values whose makers were rewritten: nobody reads them any more. */
  readonly #taken = new Set<string>();
  #limit = 0;

  constructor(rewriter: Rewriter) {
    this.rewriter = rewriter;
  }

  visit(node: Node): void {
    if (node.domain !== '' || node.opType !== 'Mul') return;
    const output = node.outputs[0] ?? '';
    if (this.#taken.has(output)) return;
    const dtype = this.rewriter.type(output)?.dtype;
    if (dtype !== 'float32' && dtype !== 'float64') return;
    const at = node.inputs.findIndex((name) => this.scalar(name) !== undefined);
    const value = node.inputs[1 - at];
    if (at < 0 || value === undefined || this.rewriter.constant(value) !== undefined) return;
    if (this.#rank(node.inputs[at] ?? '') > this.#rank(value)) return;
    this.#limit = this.#size(output) / SMALL_SHARE;
    const scaled = this.fromMaker(value, this.scalar(node.inputs[at] ?? '') ?? 1);
    if (scaled === null) return;
    this.#taken.add(output);
    this.rewriter.redirect(output, scaled());
  }

  /** The number that this constant is. */
  scalar(name: string): number | undefined {
    const constant = this.rewriter.constant(name);
    return constant?.data.length === 1 ? tensorNumbers(constant)[0] : undefined;
  }

  /** The value times the factor, where that costs no pass over a large value. */
  scaled(name: string, factor: number): Scaled | null {
    if (factor === 1) return () => name;
    if (!isTame(factor)) return null;
    const constant = this.rewriter.constant(name);
    if (constant !== undefined) {
      if (constant.data.length > MOST_CONSTANT_ELEMENTS) return null;
      return () =>
        this.rewriter.initialiser(
          `${name}/scaled`,
          mapTensor(constant, (value) => value * factor),
        );
    }
    if (this.#size(name) <= this.#limit) return () => this.#multiply(name, factor);
    return this.fromMaker(name, factor);
  }

  /** As `scaled`, for a value that only one node reads, and that is no longer made once this is. */
  fromMaker(name: string, factor: number): Scaled | null {
    if (!isTame(factor) || this.#taken.has(name) || !this.rewriter.isPrivate(name)) return null;
    const maker = this.rewriter.producer(name);
    const make = maker?.outputs.length === 1 ? RULES[maker.opType]?.(this, maker, factor) : null;
    if (!make) return null;
    return () => {
      this.#taken.add(name);
      return make();
    };
  }

  add(node: Node, inputs: readonly string[], opType = node.opType): string {
    return this.rewriter.add(`${node.name}/scaled`, opType, inputs, node.attributes);
  }

  #multiply(name: string, factor: number): string {
    const dtype = this.rewriter.type(name)?.dtype ?? 'float32';
    const number = this.rewriter.initialiser('factor', tensorFrom(dtype, [factor], []));
    return this.rewriter.add(`${name}/scaled`, 'Mul', [name, number]);
  }

  /** Elements, the batch taken as 1. */
  #size(name: string): number {
    const shape = this.rewriter.type(name)?.shape ?? [];
    return elementCount(shape.map((d) => (typeof d === 'number' ? d : 1))) ?? 1;
  }

  #rank(name: string): number {
    return this.rewriter.type(name)?.shape.length ?? 0;
  }
}

function isTame(factor: number): boolean {
  const size = Math.abs(factor);
  return size <= LARGEST_FACTOR && size >= 1 / LARGEST_FACTOR;
}

const mul: Rule = (pass, node, factor) => {
  const [a, b] = node.inputs as [string, string];
  if (a === b) {
    const root = factor > 0 ? pass.scaled(a, Math.sqrt(factor)) : null;
    if (root === null) return null;
    return () => {
      const scaled = root();
      return pass.add(node, [scaled, scaled]);
    };
  }
  for (const [value, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const own = pass.scalar(other);
    const joined = own === undefined ? null : pass.fromMaker(value, factor * own);
    if (joined !== null) return joined;
  }
  const second = pass.scaled(b, factor);
  if (second !== null) return () => pass.add(node, [a, second()]);
  const first = pass.scaled(a, factor);
  return first && (() => pass.add(node, [first(), b]));
};

const div: Rule = (pass, node, factor) => {
  const [a, b] = node.inputs as [string, string];
  const above = pass.scaled(a, factor);
  if (above !== null) return () => pass.add(node, [above(), b]);
  const below = pass.scaled(b, 1 / factor);
  return below && (() => pass.add(node, [a, below()]));
};

const add: Rule = (pass, node, factor) => {
  const [a, b] = node.inputs as [string, string];
  if (a === b) return null;
  const [first, second] = [pass.scaled(a, factor), pass.scaled(b, factor)];
  return first && second && (() => pass.add(node, [first(), second()]));
};

/** A minus sign exchanges the operands. */
const sub: Rule = (pass, node, factor) => {
  const [a, b] = node.inputs as [string, string];
  if (a === b) return null;
  const size = Math.abs(factor);
  const [first, second] = [pass.scaled(a, size), pass.scaled(b, size)];
  if (first === null || second === null) return null;
  return () => pass.add(node, factor > 0 ? [first(), second()] : [second(), first()]);
};

/** f(g(c) x) = c f(x), where g(c) is a number. */
function homogeneous(of: (factor: number) => number | null): Rule {
  return (pass, node, factor) => {
    const [a, ...others] = node.inputs as [string, ...string[]];
    const inner = of(factor);
    const scaled = inner === null ? null : pass.scaled(a, inner);
    return scaled && (() => pass.add(node, [scaled(), ...others]));
  };
}

const linear = homogeneous((factor) => factor);
const whenPositive = homogeneous((factor) => (factor > 0 ? factor : null));

const RULES: Readonly<Record<string, Rule>> = {
  Mul: mul,
  Div: div,
  Add: add,
  Sub: sub,
  Neg: linear,
  Sqrt: homogeneous((factor) => (factor > 0 ? factor * factor : null)),
  Abs: whenPositive,
  Relu: whenPositive,
  LeakyRelu: whenPositive,
  Reciprocal: homogeneous((factor) => 1 / factor),
  Reshape: linear,
  Transpose: linear,
  Unsqueeze: linear,
  Squeeze: linear,
};
