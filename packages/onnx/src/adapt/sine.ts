/**
 * @file Sin and Cos out of arithmetic, to about 1e-6: WGSL lets sin and cos be off by 2^-11, and only within [-π, π].
 *
 * sin x = (-1)^k sin r with k = ⌊x/π + 1/2⌋ and r = x - kπ in [-π/2, π/2], where π is taken off in two parts so that little is lost.
 * cos x = (-1)^k sin r with k = ⌊x/π + 1⌋ and r = x - (k - 1/2)π. The series of sin r ends at r^11: its error is below 6e-8.
 */
import type { Node } from '../ir/graph.ts';
import { tensorFrom } from '../ir/tensor.ts';
import type { Rewriter } from '../simplify/rewrite.ts';

/** π in a part of few bits, whose multiples are exact, and the rest. */
const PI_HIGH = 3.140625;
const PI_LOW = Math.PI - PI_HIGH;
/** 1/6, 1/20, 1/42, …: each term of the series over the one before. */
const SERIES = [2, 4, 6, 8, 10].map((at) => 1 / (at * (at + 1)));

/** Makes everything that reads a float32 Sin or Cos read its arithmetic form. */
export function sineByArithmetic(rewriter: Rewriter, node: Node): void {
  const x = node.inputs[0] as string;
  if (rewriter.type(x)?.dtype !== 'float32') return;
  const constants = new Map<number, string>();
  const number = (value: number): string => {
    const name =
      constants.get(value) ??
      rewriter.initialiser(`${node.name}/number`, tensorFrom('float32', [value], []));
    constants.set(value, name);
    return name;
  };
  const op = (opType: string, ...inputs: readonly (string | number)[]): string =>
    rewriter.add(
      `${node.name}/${opType}`,
      opType,
      inputs.map((input) => (typeof input === 'number' ? number(input) : input)),
    );

  const isCosine = node.opType === 'Cos';
  const turns = op('Floor', op('Add', op('Mul', x, 1 / Math.PI), isCosine ? 1 : 0.5));
  const taken = isCosine ? op('Sub', turns, 0.5) : turns;
  const r = op('Sub', op('Sub', x, op('Mul', taken, PI_HIGH)), op('Mul', taken, PI_LOW));
  const half = op('Mul', turns, 0.5);
  const odd = op('Mul', op('Sub', half, op('Floor', half)), 2);
  const sign = op('Sub', 1, op('Mul', odd, 2));
  const square = op('Mul', r, r);
  const series = SERIES.toReversed().reduce<string | number>(
    (inner, share) => op('Sub', 1, op('Mul', op('Mul', square, share), inner)),
    1,
  );
  rewriter.redirect(node.outputs[0] as string, op('Mul', op('Mul', r, series), sign));
}
