/** @file Images to latents: each image's own optimum, found by Adam from the mean latent, many images at a time. */

import { cut } from '../chain/plan.ts';
import type { ChainSessions } from '../chain/open-chain.ts';
import { ParameterError } from '../errors.ts';
import { checkSeed, normal, STREAMS } from '../random/random.ts';
import type { DriverOptions } from '../references/options.ts';
import { initialiseAdamW, stepAdamW } from '../training/adamw.ts';
import { openProjectionLoss } from './open-loss.ts';
import type { LossValues, ProjectionLoss } from './open-loss.ts';
import { completeOptions } from './options.ts';
import type {
  CompleteProjectionOptions,
  ImageSource,
  ProjectedImageReport,
  ProjectionOptions,
  ProjectionProgress,
  ProjectionResult,
} from './options.ts';
import { noiseShare, rateShare } from './schedule.ts';

/**
 * Finds for each image the latent whose image looks like it and whose embedding is near its embedding. Images are taken
 * `batchSize · lanes` at a time; a latent depends on the seed, on the number of its image and on the models, and on how the images are
 * cut into batches to rounding alone. An image that is not found stays in the result with the reason.
 *
 * @throws ParameterError for options out of range and images of another size; the signal's reason when aborted
 * @example
 * const run = projectImages(sessions, { count: faces.length, load: async (i) => faces[i] }, { steps: 1000 });
 * for (let next = await run.next(); next.done !== true; next = await run.next()) show(next.value);
 */
export async function* projectImages(
  sessions: ChainSessions,
  images: ImageSource,
  options: ProjectionOptions = {},
  driver: Pick<DriverOptions, 'signal'> = {},
): AsyncGenerator<ProjectionProgress, ProjectionResult> {
  const settings = completeOptions(options);
  checkSeed(settings.seed);
  driver.signal?.throwIfAborted();
  const { latentDim: D } = sessions;
  const loss = openProjectionLoss(sessions, { ...settings, perceptual: options.perceptual });
  try {
    // std(w), the root mean square of |w - w_avg|: two independent latents are √2 times as far from each other.
    const deviation = (await sessions.latentScale(1)) / Math.SQRT2;
    const latents = new Float32Array(images.count * D).fill(Number.NaN);
    const reports: ProjectedImageReport[] = [];
    for (const group of cut(images.count, sessions.batchSize * sessions.lanes)) {
      const members: { readonly index: number; readonly image: Uint8Array }[] = [];
      for (let index = group.first; index < group.first + group.count; index++) {
        const image = await images.load(index);
        if (image instanceof Uint8Array) {
          checkSize(sessions, image, index);
          members.push({ index, image });
        } else reports[index] = { pixelResidual: null, theta: null, failure: image.failure };
      }
      if (members.length === 0) continue;
      const found = yield* descend(sessions, loss, {
        images: members.map(({ image }) => image),
        indices: members.map(({ index }) => index),
        settings,
        deviation,
        done: group.first,
        total: images.count,
        signal: driver.signal,
      });
      members.forEach(({ index }, row) => {
        const report = judge(found.values, row, settings);
        reports[index] = report;
        if (report.pixelResidual === null) return;
        latents.set(found.latents.subarray(row * D, (row + 1) * D), index * D);
      });
    }
    return { latents, images: reports, steps: settings.steps };
  } finally {
    await loss.close();
  }
}

interface Descent {
  readonly images: readonly Uint8Array[];
  /** Number of each image in its source: its random numbers follow from it. */
  readonly indices: readonly number[];
  readonly settings: CompleteProjectionOptions;
  readonly deviation: number;
  readonly done: number;
  readonly total: number;
  readonly signal: AbortSignal | undefined;
}

async function* descend(
  sessions: ChainSessions,
  loss: ProjectionLoss,
  { images, indices, settings, deviation, done, total, signal }: Descent,
): AsyncGenerator<
  ProjectionProgress,
  { readonly latents: Float32Array; readonly values: LossValues }
> {
  const { latentDim: D, average } = sessions;
  const { steps, seed } = settings;
  const targets = await loss.targets(images);
  const latents = new Float32Array(images.length * D);
  for (let row = 0; row < images.length; row++) latents.set(average, row * D);
  let adam = initialiseAdamW(latents.length);
  const noise = new Float32Array(D);
  for (let step = 0; step < steps; step++) {
    const t = step / steps;
    const sigma = settings.latentNoise * deviation * noiseShare(t);
    const noisy = latents.slice();
    if (sigma > 0) {
      indices.forEach((identity, row) => {
        normal({ seed, stream: STREAMS.projectionNoise, identity, iteration: step }, noise);
        for (let d = 0; d < D; d++) {
          noisy[row * D + d] = (noisy[row * D + d] ?? 0) + sigma * (noise[d] ?? 0);
        }
      });
    }
    const values = await loss.at(noisy, targets, signal);
    stopBroken(values, D);
    const learningRate = settings.learningRate * rateShare(t);
    adam = stepAdamW(latents, values.gradient, adam, { learningRate });
    yield {
      done,
      total,
      step: step + 1,
      steps,
      pixelResidual: finiteMean(values.pixel.map(Math.sqrt)),
      theta: finiteMean(values.chord.map(angleOf)),
    };
  }
  return { latents, values: await loss.at(latents, targets, signal) };
}

/** A row whose loss is not finite moves no further: its gradient would make every moment NaN. */
function stopBroken({ loss, gradient }: LossValues, D: number): void {
  loss.forEach((value, row) => {
    const own = gradient.subarray(row * D, (row + 1) * D);
    if (!Number.isFinite(value) || !own.every(Number.isFinite)) own.fill(0);
  });
}

function judge(
  { pixel, chord, loss }: LossValues,
  row: number,
  { maxPixelResidual, maxTheta }: CompleteProjectionOptions,
): ProjectedImageReport {
  const pixelResidual = Math.sqrt(pixel[row] ?? Number.NaN);
  const theta = angleOf(chord[row] ?? Number.NaN);
  if (![pixelResidual, theta, loss[row]].every(Number.isFinite)) {
    return {
      pixelResidual: null,
      theta: null,
      failure: 'the networks give values that are not finite for it',
    };
  }
  const failures = [
    pixelResidual > maxPixelResidual
      ? `its pixels differ by ${pixelResidual.toFixed(3)} in the root mean square, more than ${maxPixelResidual}`
      : null,
    theta > maxTheta
      ? `its embedding is ${theta.toFixed(3)} rad away, more than ${maxTheta}`
      : null,
  ].filter((failure) => failure !== null);
  return { pixelResidual, theta, failure: failures.join(' and ') || null };
}

/** θ of |ê - ê'|² = 4 sin²(θ / 2). */
function angleOf(chord: number): number {
  return 2 * Math.asin(Math.min(1, Math.sqrt(chord) / 2));
}

function checkSize(sessions: ChainSessions, image: Uint8Array, index: number): void {
  const { height, width } = sessions.chain.generator.image;
  if (image.length === height * width * 3) return;
  throw new ParameterError(
    'images',
    `must be RGB bytes of ${width} x ${height} pixels as the generator's are; image ${index} has ${image.length} bytes.`,
  );
}

function finiteMean(values: Float32Array): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}
