/** @file `./colloid covariates project`: labelled images to latents, with a report of how near each came. */

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { encodeNpy } from '@colloid/formats';
import { decodeModel } from '@colloid/onnx';
import {
  buildChain,
  type ImageLabel,
  loadGenerator,
  loadRecogniser,
  openChain,
  openRuntime,
  parseImageLabels,
  type PerceptualNetwork,
  projectImages,
  type ProjectionResult,
} from '@colloid/sampler';

import { readEnvironment } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { formatSeconds, say, showProgress } from '../../terminal.ts';
import { writeOutput } from './fit.ts';
import { checkImages, loadFace } from './load-face.ts';
import { messageOf, readInput, readNumber, readText } from './read-inputs.ts';
import { reportCsv, reportJson, type ReportRow, summary } from './report.ts';

export interface ProjectOptions {
  readonly images: string;
  readonly labels: string;
  readonly generator: string;
  readonly recogniser: string;
  readonly output: string;
  readonly steps: string;
  readonly rate: string;
  readonly seed: string;
  readonly batch: string;
  /** ONNX file of a perceptual network. */
  readonly perceptual?: string;
  readonly perceptualWeight: string;
  readonly json?: boolean;
}

/**
 * Writes latents.npy with a row per line of the table, report.csv and report.json. An image that is not found keeps its row, with the
 * reason; the exit status is 1 where none was.
 *
 * @throws CliError, CovariateError naming the line of the table, and the sampler's own errors
 */
export async function project(options: ProjectOptions): Promise<void> {
  const environment = readEnvironment();
  const settings = {
    steps: readNumber('--steps', options.steps, { least: 1, most: 1_000_000, isWhole: true }),
    learningRate: readNumber('--rate', options.rate, { least: 1e-9, most: 1e9 }),
    seed: readNumber('--seed', options.seed, {
      least: 0,
      most: Number.MAX_SAFE_INTEGER,
      isWhole: true,
    }),
  };
  const batchSize = readNumber('--batch', options.batch, { least: 1, most: 4096, isWhole: true });
  const labels = parseImageLabels(await readText(options.labels));
  await checkImages(options.images, labels);
  const generator = await loadGenerator(options.generator);
  const recogniser = await loadRecogniser(options.recogniser);
  const perceptual = await readPerceptual(options);
  const out = await prepareOutput(options.output);

  const stop = new AbortController();
  const interrupt = (): void =>
    stop.abort(new CliError('RUN_FAILED', 'Interrupted; nothing was written.'));
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);

  await using stack = new AsyncDisposableStack();
  const runtime = await openRuntime({
    provider: environment.COLLOID_PROVIDER,
    ...(environment.COLLOID_THREADS === undefined ? {} : { threads: environment.COLLOID_THREADS }),
  });
  stack.defer(() => runtime.close());
  const chain = buildChain({ generator, recogniser });
  const sessions = await openChain(runtime, chain, { batchSize, signal: stop.signal });
  stack.defer(() => sessions.close());

  // An image that is labelled for several covariates is projected once.
  const files = [...new Set(labels.map(({ file }) => file))];
  const began = performance.now();
  const run = projectImages(
    sessions,
    {
      count: files.length,
      load: (index) => loadFace(join(options.images, files[index] ?? ''), generator.image),
    },
    { ...settings, ...(perceptual === undefined ? {} : { perceptual: perceptual.network }) },
    { signal: stop.signal },
  );
  let next = await run.next();
  for (; next.done !== true; next = await run.next()) {
    const { done, total, step, steps } = next.value;
    const group = Math.min(total - done, batchSize * sessions.lanes);
    const share = (done + (group * step) / steps) / total;
    const seconds = (performance.now() - began) / 1000;
    showProgress('Projecting', share, (seconds / share) * (1 - share));
  }
  const rows = reportRows(labels, files, next.value);
  const latents = latentRows(labels, files, { ...next.value, latentDim: generator.latentDim });
  await writeOutput(
    join(out, 'latents.npy'),
    encodeNpy(latents, [labels.length, generator.latentDim]),
  );
  await writeOutput(join(out, 'report.csv'), reportCsv(rows));
  const document = {
    generator: noteOf(generator),
    recogniser: noteOf(recogniser),
    perceptual:
      perceptual === undefined
        ? null
        : { file: perceptual.file, weight: perceptual.network.weight },
    ...settings,
    batchSize,
    provider: runtime.provider,
    images: rows,
  };
  await writeOutput(join(out, 'report.json'), reportJson(document));
  if (options.json === true) process.stdout.write(reportJson(document));
  else console.log(summary(rows));
  const seconds = (performance.now() - began) / 1000;
  say(`${files.length} images in ${formatSeconds(seconds)}: ${out}`);
  if (rows.every(({ failure }) => failure !== null)) process.exitCode = 1;
}

async function readPerceptual(
  options: ProjectOptions,
): Promise<{ readonly file: string; readonly network: PerceptualNetwork } | undefined> {
  const { perceptual: file } = options;
  if (file === undefined) return undefined;
  const weight = readNumber('--perceptual-weight', options.perceptualWeight, {
    least: 0,
    most: 1e12,
  });
  const bytes = await readInput(file);
  try {
    return { file, network: { graph: decodeModel(bytes), weight } };
  } catch (cause) {
    throw new CliError('INPUT_FILE', `${file}: ${messageOf(cause)}`, { cause });
  }
}

async function prepareOutput(folder: string): Promise<string> {
  const out = resolve(folder);
  try {
    await mkdir(out, { recursive: true });
  } catch (cause) {
    throw new CliError(
      'OUTPUT_FOLDER',
      `The folder ${out} cannot be written (${messageOf(cause)}); choose another one with --output.`,
      { cause },
    );
  }
  return out;
}

function reportRows(
  labels: readonly ImageLabel[],
  files: readonly string[],
  { images }: ProjectionResult,
): readonly ReportRow[] {
  const reports = new Map(files.map((file, index) => [file, images[index]]));
  return labels.map(({ file, identity, covariate, class: name }) => {
    const { pixelResidual = null, theta = null, failure = null } = reports.get(file) ?? {};
    return { file, identity, covariate, class: name, pixelResidual, theta, failure };
  });
}

/** [labels, D] */
function latentRows(
  labels: readonly ImageLabel[],
  files: readonly string[],
  result: { readonly latents: Float32Array; readonly latentDim: number },
): Float32Array {
  const { latents, latentDim: D } = result;
  const rows = new Float32Array(labels.length * D);
  const indices = new Map(files.map((file, index) => [file, index]));
  labels.forEach(({ file }, row) => {
    const index = indices.get(file) ?? 0;
    rows.set(latents.subarray(index * D, (index + 1) * D), row * D);
  });
  return rows;
}

function noteOf({
  name,
  version,
  digest,
}: {
  readonly name: string;
  readonly version: string;
  readonly digest: string;
}): object {
  return { name, version, digest };
}
