/** @file The computing stages of a run in order; the same for the queue's workers and for `./colloid sample`. */

import { measure, type MeasureOutput } from './activities/measure.ts';
import { type ReferenceOutput, references } from './activities/references.ts';
import { render, type RenderedShard } from './activities/render.ts';
import { pauseWhereWanted, type StageContext } from './activities/stage-context.ts';
import { variations, type VariationShard } from './activities/variations.ts';
import type { RunStage } from './reporter.ts';

/** Everything a run computed; large arrays and images by digest. */
export interface RunOutput {
  readonly references: ReferenceOutput;
  readonly variations: readonly VariationShard[];
  readonly shards: readonly RenderedShard[];
  readonly measure: MeasureOutput;
}

/** References, variations, images and figures. Run again with the same inputs it finds what is done and goes on. */
export async function runStages(context: StageContext): Promise<RunOutput> {
  const stage = async <Output>(name: RunStage, work: () => Promise<Output>): Promise<Output> => {
    context.signal.throwIfAborted();
    pauseWhereWanted(context);
    await context.reporter.startStage(name);
    const output = await work();
    await context.reporter.progress(1);
    return output;
  };
  const sampled = await stage('REFERENCES', () => references(context));
  const varied = await stage('VARIATIONS', () => variations(context, sampled));
  const shards = await stage('RENDER', () => render(context, sampled, varied));
  const measured = await stage('MEASURE', () => measure(context, sampled, varied));
  return { references: sampled, variations: varied, shards, measure: measured };
}
