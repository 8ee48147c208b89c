/** @file The squashed factors of the images being rendered, and affine parameters made of them. */
import type { GraphBuilder } from '@colloid/onnx';
import { FACTOR_NAMES, FACTORS, LATENT_DIMENSION as D, weightColumn } from './factors.ts';
import type { FactorName, FactorWeights } from './factors.ts';
import { matMul, reshape, table } from './field.ts';
import type { Field } from './field.ts';
import { MIXING } from './mixing.ts';

/** A number that depends on the person: a base plus weighted factors. */
export type Parameter = number | readonly [base: number, weights: FactorWeights];

/** The factors `[batch, 64]` of the latents w `[batch, 64]`. */
export function factorsOf(w: Field): Field {
  const { builder } = w;
  const transposed = Float32Array.from(
    { length: D * D },
    (_, index) => MIXING.factors[(index % D) * D + Math.floor(index / D)] ?? 0,
  );
  const row = (pick: (name: FactorName) => number): Field =>
    table(builder, FACTOR_NAMES.map(pick), [1, D]);
  return matMul(w, table(builder, transposed, [D, D]))
    .mul(row((name) => FACTORS[name].gain))
    .add(row((name) => FACTORS[name].bias))
    .tanh()
    .mul(row((name) => FACTORS[name].scale))
    .add(row((name) => FACTORS[name].offset));
}

/** The people of a batch: where anatomical parts take their measures from. */
export class Person {
  readonly builder: GraphBuilder;
  readonly #factors: Field;

  /** @param factors squashed factors `[batch, 64]` */
  constructor(factors: Field) {
    this.builder = factors.builder;
    this.#factors = reshape(factors, [0, 1, 1, D]);
  }

  /** One measure per image `[batch, 1, 1, 1]`. */
  measure(base: number, weights: FactorWeights): Field {
    return matMul(this.#factors, table(this.builder, weightColumn(weights), [D, 1])).add(base);
  }

  /** The factor itself `[batch, 1, 1, 1]`. */
  factor(name: FactorName): Field {
    return matMul(this.#factors, table(this.builder, weightColumn({ [name]: 1 }), [D, 1]));
  }

  /** Many measures at once `[batch, 1, 1, parameters.length]`. */
  measures(parameters: readonly Parameter[]): Field {
    const columns = parameters.map((parameter) =>
      typeof parameter === 'number' ? weightColumn({}) : weightColumn(parameter[1]),
    );
    const weights = Float32Array.from({ length: D * parameters.length }, (_, index) => {
      return columns[index % parameters.length]?.[Math.floor(index / parameters.length)] ?? 0;
    });
    const bases = parameters.map((parameter) =>
      typeof parameter === 'number' ? parameter : parameter[0],
    );
    return matMul(this.#factors, table(this.builder, weights, [D, parameters.length])).add(
      table(this.builder, bases, [1, 1, 1, parameters.length]),
    );
  }
}
