/** @file `./colloid gradcheck`: the gradient of a pair of models against central differences. */

import {
  buildChain,
  checkPairGradients,
  GRADIENT_TOLERANCE,
  isWithinTolerance,
  loadGenerator,
  loadRecogniser,
  openChain,
  openRuntime,
} from '@colloid/sampler';

import { readEnvironment } from '../environment.ts';
import { CliError } from '../errors.ts';
import { formatSeconds, say } from '../terminal.ts';

export interface GradcheckOptions {
  readonly generator: string;
  readonly recogniser: string;
  readonly samples: string;
  readonly directions: string;
  readonly seed: string;
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
  const began = performance.now();
  const chain = buildChain({
    generator: await loadGenerator(options.generator),
    recogniser: await loadRecogniser(options.recogniser),
  });
  await using stack = new AsyncDisposableStack();
  const runtime = await openRuntime({
    provider: environment.COLLOID_PROVIDER,
    ...(environment.COLLOID_THREADS === undefined ? {} : { threads: environment.COLLOID_THREADS }),
  });
  stack.defer(() => runtime.close());
  const sessions = await openChain(runtime, chain, { batchSize: BATCH_SIZE });
  stack.defer(() => sessions.close());
  const report = await checkPairGradients(sessions, { samples, directions, seed });
  const figures: GradcheckFigures = {
    medianRelativeError: report.median,
    worstRelativeError: report.worst,
    samples: report.samples,
    directions: report.directions,
    provider: runtime.provider,
    seconds: (performance.now() - began) / 1000,
  };
  const isFine = isWithinTolerance(report) && report.leastNorm > 0;
  if (options.json === true) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else print(figures, report.text);
  if (report.leastNorm === 0) {
    say('The gradient is zero at a latent: nothing flows from the embedding back to w.');
  } else if (!isFine) {
    say(
      `The gradient does not agree with central differences: the median must be at most ${GRADIENT_TOLERANCE.median} and the worst at most ${GRADIENT_TOLERANCE.worst}.`,
    );
  }
  if (!isFine) process.exitCode = 1;
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
