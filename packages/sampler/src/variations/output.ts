/** @file The arrays of the variations of a run, with what a resumed run brings. */

import { CheckpointError } from '../errors.ts';
import type { VariationState } from './options.ts';

interface OutputShape {
  readonly identities: number;
  /** A */
  readonly variations: number;
  readonly latentDim: number;
  readonly embeddingDim: number;
  readonly groupSize: number;
}

/** Grows as identities finish. */
export class VariationOutput {
  done = 0;
  readonly latents: Float32Array;
  readonly embeddings: Float32Array;
  readonly theta: Float32Array;
  readonly #widths: {
    readonly latents: number;
    readonly embeddings: number;
    readonly theta: number;
  };

  private constructor(
    identities: number,
    widths: { readonly latents: number; readonly embeddings: number; readonly theta: number },
  ) {
    this.#widths = widths;
    this.latents = new Float32Array(identities * widths.latents);
    this.embeddings = new Float32Array(identities * widths.embeddings);
    this.theta = new Float32Array(identities * widths.theta);
  }

  /** @throws CheckpointError where what a resumed run brings does not fit */
  static open(shape: OutputShape, resumed: VariationState | undefined): VariationOutput {
    const { variations: A, identities, groupSize } = shape;
    const widths = { latents: A * shape.latentDim, embeddings: A * shape.embeddingDim, theta: A };
    const output = new VariationOutput(identities, widths);
    if (resumed === undefined) return output;
    const done = resumed.identitiesDone;
    const fits =
      resumed.latents.length === done * widths.latents &&
      resumed.embeddings.length === done * widths.embeddings &&
      resumed.theta.length === done * widths.theta;
    const isCut = done === identities || done % groupSize === 0;
    if (!fits || !isCut || done > identities) {
      throw new CheckpointError(
        `The checkpoint of ${done} identities does not fit a run of ${identities} with ${A} variations in groups of ${groupSize}.`,
      );
    }
    output.put(0, resumed);
    output.done = done;
    return output;
  }

  put(
    at: number,
    part: {
      readonly latents: Float32Array;
      readonly embeddings: Float32Array;
      readonly theta: Float32Array;
    },
  ): void {
    this.latents.set(part.latents, at * this.#widths.latents);
    this.embeddings.set(part.embeddings, at * this.#widths.embeddings);
    this.theta.set(part.theta, at * this.#widths.theta);
  }
}
