/**
 * @file A bank of Gaussian bumps over the face, evaluated as one matrix product, one exponential and one more matrix product.
 *
 * The exponent of every bump is a quadratic form of the head coordinates, so that the exponents of all bumps are one matrix of
 * coefficients times the monomials of the coordinates.
 */
import { concat, matMul, reshape, sum, table, transpose } from './field.ts';
import type { Field } from './field.ts';
import type { Parameter, Person } from './person.ts';

/** A bump, in units of the head; symmetric bumps sit on both sides of the face. */
export interface Bump {
  /** Sideways position and width; `side` is given for bumps on the unmirrored axis. */
  readonly x: Parameter;
  readonly widthX: number;
  readonly y: Parameter;
  readonly widthY: number;
  /** Turns the bump's axes counterclockwise (as seen on its own side, outwards to the right), radians. @default 0 */
  readonly turn?: number;
  /** Whether the bump sits on one spot instead of two mirrored ones. @default false */
  readonly unmirrored?: boolean;
  /** Heights of the bump in each of the bank's outputs. */
  readonly heights: readonly Parameter[];
}

/** Head coordinates that bumps are laid out in, all `[batch, 1, rows, columns]`. */
export interface FacePlane {
  readonly x: Field;
  /** |x|, rounded off at the middle. */
  readonly side: Field;
  readonly y: Field;
}

/** Coefficients of a bank for the images of a batch, made once and evaluated at as many points as needed. */
export interface BumpBank {
  /** `[batch, bumps, monomials]` */
  readonly coefficients: Field;
  /** `[batch, outputs, bumps]` */
  readonly heights: Field;
}

export function prepareBumps(person: Person, bumps: readonly Bump[]): BumpBank {
  const { builder } = person;
  const row = (pick: (bump: Bump) => number): Field =>
    table(builder, bumps.map(pick), [1, 1, 1, bumps.length]);
  const cx = person.measures(bumps.map((bump) => bump.x));
  const cy = person.measures(bumps.map((bump) => bump.y));
  // exponent = kxx dx^2 + kxy dx dy + kyy dy^2, dx and dy from the centre
  const kxx = row((bump) => quadratic(bump).xx);
  const kxy = row((bump) => quadratic(bump).xy);
  const kyy = row((bump) => quadratic(bump).yy);
  const mirrored = row((bump) => (bump.unmirrored === true ? 0 : 1));
  const unmirrored = row((bump) => (bump.unmirrored === true ? 1 : 0));
  const x = cx.mul(kxx).mul(2).add(cy.mul(kxy)).neg();
  const y = cy.mul(kyy).mul(2).add(cx.mul(kxy)).neg();
  const one = sum(cx.square().mul(kxx), cx.mul(cy).mul(kxy), cy.square().mul(kyy));
  const perImage = cx.mul(0);
  const stack = concat(
    [
      x.mul(mirrored),
      x.mul(unmirrored),
      kxx.add(perImage),
      kxy.mul(mirrored).add(perImage),
      kxy.mul(unmirrored).add(perImage),
      y,
      kyy.add(perImage),
      one,
    ],
    1,
  );
  const outputs = bumps[0]?.heights.length ?? 0;
  const heights = Array.from({ length: outputs }, (_, output) =>
    person.measures(bumps.map((bump) => bump.heights[output] ?? 0)),
  );
  const [first, ...rest] = heights;
  if (first === undefined)
    throw new RangeError('A bank of bumps needs at least one bump with one height.');
  return {
    coefficients: transpose(reshape(stack, [0, 8, bumps.length]), [0, 2, 1]),
    heights: reshape(concat([first, ...rest], 1), [0, outputs, bumps.length]),
  };
}

/** The sums of the bumps `[batch, outputs, rows, columns]` at the points of `plane`. */
export function evaluateBumps(
  bank: BumpBank,
  plane: FacePlane,
  size: { readonly rows: number; readonly columns: number },
): Field {
  const { x, side, y } = plane;
  const one = y.mul(0).add(1);
  const monomials = concat([side, x, x.square(), side.mul(y), x.mul(y), y, y.square(), one], 1);
  const exponents = matMul(bank.coefficients, reshape(monomials, [0, 8, size.rows * size.columns]));
  return reshape(matMul(bank.heights, exponents.exp()), [0, -1, size.rows, size.columns]);
}

/** The exponent's coefficients of dx^2, dx dy and dy^2. */
function quadratic({ widthX, widthY, turn = 0 }: Bump): {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
} {
  const [a, b] = [-0.5 / widthX ** 2, -0.5 / widthY ** 2];
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  return { xx: a * c * c + b * s * s, xy: 2 * c * s * (a - b), yy: a * s * s + b * c * c };
}
