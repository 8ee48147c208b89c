/** @file The judgements of an inspection: numbers in, one sentence with a verdict out. */

import type { UnsupportedOperator } from '@colloid/onnx';

import type { GeneratorModel, RecogniserModel } from '../models/model.ts';
import { nodeName } from './facts.ts';
import { channelRange } from './inputs.ts';
import type { ModelCheck, ModelReport } from './report.ts';

/** What a check found. */
export type Finding = Pick<ModelCheck, 'state' | 'detail'>;

/** Share of an image's values that may lie outside the declared range: networks overshoot a little. */
const OUTSIDE_SHARE = 0.05;
/** By how much of the range's width values may overshoot before they count as outside. */
const OVERSHOOT = 0.1;
/** Images whose values fill less of the range than this are nearly one colour, or in another range. */
const LEAST_SPREAD = 0.05;
/** Largest difference between a row computed in two different batches, relative to the largest value. */
const BATCH_TOLERANCE = 1e-3;

const passed = (detail: string): Finding => ({ state: 'PASSED', detail });
const failed = (detail: string): Finding => ({ state: 'FAILED', detail });
const warned = (detail: string): Finding => ({ state: 'WARNED', detail });

export function judgeOperators(count: number, missing: readonly UnsupportedOperator[]): Finding {
  if (missing.length === 0) return passed(`All ${count} operators have what a gradient needs.`);
  const list = missing
    .slice(0, 5)
    .map(({ operator, node, reason }) => `${operator} at node '${nodeName(node)}': ${reason}`)
    .map((sentence) => (sentence.endsWith('.') ? sentence : `${sentence}.`))
    .join(' ');
  const more = missing.length > 5 ? ` And ${missing.length - 5} more.` : '';
  return failed(
    `No gradient can be computed through this network. ${list}${more} How to add a rule is in docs/how-to/add-an-operator.md.`,
  );
}

/** Compares two outputs of the same input bit for bit. */
export function judgeDeterminism(first: Float32Array, second: Float32Array): Finding {
  let differing = 0;
  let largest = 0;
  first.forEach((value, at) => {
    const other = second[at] ?? NaN;
    if (Object.is(value, other)) return;
    differing += 1;
    largest = Math.max(largest, Math.abs(value - other));
  });
  if (differing === 0) {
    return passed(
      'No node draws random numbers, and two runs on the same input agree bit for bit.',
    );
  }
  return failed(
    `Two runs on the same input differ in ${differing} of ${first.length} numbers, by up to ${largest.toPrecision(3)}; find what in the network depends on anything but its input and export it again without that.`,
  );
}

/** Values of a generator's images against the range that its manifest declares. */
export function judgePixels(generator: GeneratorModel, images: Float32Array): Finding {
  const { range, layout, height, width } = generator.manifest.image;
  const pixels = height * width;
  let outside = 0;
  let [lowest, highest] = [Infinity, -Infinity];
  images.forEach((value, at) => {
    const channel = layout === 'NCHW' ? Math.floor(at / pixels) % 3 : at % 3;
    const { low, high } = channelRange(range, channel);
    const unit = (value - low) / (high - low);
    if (unit < -OVERSHOOT || unit > 1 + OVERSHOOT) outside += 1;
    lowest = Math.min(lowest, unit);
    highest = Math.max(highest, unit);
  });
  const declared = Array.isArray(range) ? `[${range.join(', ')}]` : 'the declared mean and std';
  const share = outside / images.length;
  const percent = (part: number): string => `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`;
  if (share > OUTSIDE_SHARE) {
    return failed(
      `${percent(share)} of the pixel values lie well outside ${declared}; correct image.range in model.json.`,
    );
  }
  if (highest - lowest < LEAST_SPREAD) {
    return failed(
      `All pixel values lie within ${percent(highest - lowest)} of ${declared}; correct image.range in model.json, or the network gives one colour only.`,
    );
  }
  if (lowest > 0.45) {
    return warned(
      `Every pixel value lies in the upper half of ${declared}; look at the sample images, and at image.range in model.json.`,
    );
  }
  return passed(
    `Pixel values fill ${percent(Math.min(1, highest) - Math.max(0, lowest))} of ${declared}; ${percent(share)} overshoot.`,
  );
}

/** Whether embeddings tell images apart, and whether they are unit vectors already. */
export function judgeEmbeddings(recogniser: RecogniserModel, embeddings: Float32Array): Finding {
  const E = recogniser.embeddingDim;
  const count = embeddings.length / E;
  const rows = Array.from({ length: count }, (_, i) => embeddings.subarray(i * E, (i + 1) * E));
  const norms = rows.map((row) => Math.hypot(...row));
  const [least, most] = [Math.min(...norms), Math.max(...norms)];
  if (!(least > 1e-6)) {
    return failed(
      'An embedding has length 0, so that it has no direction; check that image.range and image.channels in model.json are what the network was trained with.',
    );
  }
  let largest = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [rows[i], rows[j]];
      if (a === undefined || b === undefined) continue;
      const dot = a.reduce((sum, x, d) => sum + x * (b[d] ?? 0), 0);
      const cosine = dot / ((norms[i] ?? 1) * (norms[j] ?? 1));
      largest = Math.max(largest, Math.acos(Math.min(1, Math.max(-1, cosine))));
    }
  }
  if (largest < 1e-4) {
    return failed(
      'Different images give the same embedding; check that the output named in model.json depends on the image.',
    );
  }
  const isUnit = Math.abs(least - 1) < 1e-3 && Math.abs(most - 1) < 1e-3;
  const lengths = isUnit
    ? 'unit vectors'
    : `raw vectors of length ${least.toPrecision(3)} to ${most.toPrecision(3)}, which Colloid scales to 1`;
  return passed(
    `Embeddings are ${lengths}; those of different images are up to ${largest.toFixed(2)} rad apart.`,
  );
}

/** Compares one row that was computed beside two different companions. */
export function judgeBatch(one: Float32Array, other: Float32Array): Finding {
  let scale = 0;
  let largest = 0;
  one.forEach((value, at) => {
    scale = Math.max(scale, Math.abs(value));
    largest = Math.max(largest, Math.abs(value - (other[at] ?? NaN)));
  });
  const relative = scale === 0 ? largest : largest / scale;
  if (relative <= BATCH_TOLERANCE) {
    return passed('A row gives the same output whatever else is in its batch.');
  }
  return failed(
    `A row changes by ${(100 * relative).toPrecision(2)} % with the other rows of its batch; call eval() before the export, so that normalisation does not use statistics of the batch.`,
  );
}

/** The gradient check of one model, or of a pair. */
export function judgeGradient(
  report: { readonly median: number; readonly worst: number; readonly leastNorm: number },
  tolerance: { readonly median: number; readonly worst: number },
): Finding {
  const numbers = `relative error ${report.median.toExponential(1)} in the median (at most ${tolerance.median}), ${report.worst.toExponential(1)} at worst (at most ${tolerance.worst})`;
  if (report.leastNorm === 0) {
    return failed(
      'The gradient is zero: the output does not depend smoothly on the input; look for rounding, comparisons, integer casts or a lookup in a codebook between them (VQ models: export the decoder from before its quantiser).',
    );
  }
  if (report.median <= tolerance.median && report.worst <= tolerance.worst) {
    return passed(`Gradients agree with central differences: ${numbers}.`);
  }
  return failed(
    `Gradients do not agree with central differences: ${numbers}. The network may be discontinuous, or a gradient rule is wrong; report it with the list of operators.`,
  );
}

/** How fast a model is; no speed fails. */
export function judgeSpeed(speed: ModelReport['speed']): Finding {
  const best = speed.reduce((a, b) => (b.forwardPerSecond > a.forwardPerSecond ? b : a));
  const forward = `${perSecond(best.forwardPerSecond)} images a second forward`;
  return passed(
    best.gradientPerSecond === null
      ? `${forward}, in batches of ${best.batch}.`
      : `${forward} and ${perSecond(best.gradientPerSecond)} with the gradient, in batches of ${best.batch}.`,
  );
}

function perSecond(value: number): string {
  return value < 100 ? value.toPrecision(2) : Math.round(value).toString();
}
