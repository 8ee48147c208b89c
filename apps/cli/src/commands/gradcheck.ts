/** @file `./colloid gradcheck`: the gradient of a pair of models against central differences. */

import {
  buildChain,
  checkPairGradients,
  isWithinTolerance,
  loadGenerator,
  loadRecogniser,
  openChain,
  openRuntime,
  toleranceOf,
} from '@colloid/sampler';
import type { Precision } from '@colloid/sampler';

import { readEnvironment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { formatSeconds, say } from '../terminal.ts';

export interface GradcheckOptions {
  readonly generator: string;
  readonly recogniser: string;
  readonly samples: string;
  readonly directions: string;
  readonly seed: string;
  readonly precision: string;
  readonly json?: boolean;
}

/** What `--json` prints; errors are |difference - g·v| / |g|. */
interface GradcheckFigures {
  readonly medianRelativeError: number;
  readonly worstRelativeError: number;
  readonly samples: number;
  /** Per sample. */
  readonly directions: number;
  readonly provider: string;
  readonly precision: Precision;
  readonly seconds: number;
}

/** Rows of one batch; a gradient holds the activations of all of them. */
const BATCH_SIZE = 8;

/** Prints the figures; the exit status is 1 when the gradient does not agree. */
export async function gradcheck(options: GradcheckOptions): Promise<void> {
  const environment = readEnvironment();
  const samples = wholeNumber('--samples', options.samples, 1000);
  const directions = wholeNumber('--directions', options.directions, 10_000);
  const seed = wholeNumber('--seed', options.seed, Number.MAX_SAFE_INTEGER);
  const precision = precisionOf(options.precision);
  const began = performance.now();
  const models = {
    generator: await loadGenerator(options.generator),
    recogniser: await loadRecogniser(options.recogniser),
  };
  const chain = buildChain(models, { precision });
  await using stack = new AsyncDisposableStack();
  const runtime = await openRuntime({
    provider: environment.COLLOID_PROVIDER,
    ...(environment.COLLOID_THREADS === undefined ? {} : { threads: environment.COLLOID_THREADS }),
  });
  stack.defer(() => runtime.close());
  const sessions = await openChain(runtime, chain, {
    batchSize: BATCH_SIZE,
    // Slow, and the right way to see whether a pair bears float16 before it meets a GPU.
    allowEmulation: true,
  });
  stack.defer(() => sessions.close());
  const report = await checkPairGradients(sessions, { samples, directions, seed });
  const figures: GradcheckFigures = {
    medianRelativeError: report.median,
    worstRelativeError: report.worst,
    samples: report.samples,
    directions: report.directions,
    provider: runtime.provider,
    precision,
    seconds: (performance.now() - began) / 1000,
  };
  const isFine = isWithinTolerance(report, precision) && report.leastNorm > 0;
  if (options.json === true) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else print(figures, report.text);
  if (report.leastNorm === 0) {
    say('The gradient is zero at a latent: nothing flows from the embedding back to w.');
  } else if (!isFine) {
    const { median, worst } = toleranceOf(precision);
    say(
      `The gradient does not agree with central differences: the median must be at most ${median} and the worst at most ${worst}.`,
    );
  }
  if (!isFine) process.exitCode = 1;
}

function precisionOf(text: string): Precision {
  if (text === 'float32' || text === 'float16') return text;
  throw new CliError('INVALID_OPTION', `--precision is '${text}'; give float32 or float16.`);
}

function wholeNumber(option: string, text: string, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new CliError(
    'INVALID_OPTION',
    `${option} is '${text}'; give a whole number from 1 to ${most}.`,
  );
}

function print(figures: GradcheckFigures, quantiles: string): void {
  const { medianRelativeError, worstRelativeError, samples, directions } = figures;
  console.log(`median relative error  ${medianRelativeError.toExponential(2)}`);
  console.log(`worst relative error   ${worstRelativeError.toExponential(2)}`);
  console.log(`quantiles              ${quantiles}`);
  console.log(
    `${samples} latents, ${directions} directions each, on ${figures.provider}, in ${formatSeconds(figures.seconds)}`,
  );
}
