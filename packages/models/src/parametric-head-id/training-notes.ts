/** @file The training report for people to read: TRAINING.md beside the weights. */
import type { WeightSpecification } from './architecture.ts';
import type { VerificationResult } from './evaluate.ts';
import type { TrainingReport } from './report.ts';

/** Markdown; a pure function of the report and the list of trained weights. */
export function trainingNotes(
  report: TrainingReport,
  specifications: readonly WeightSpecification[],
): string {
  const { recipe, evaluation, architecture, generator, seconds } = report;
  const { spread, genuineAngle } = evaluation;
  return `# How ${report.model} was trained

Written by \`npm run train:recogniser -w @colloid/models\`, which anyone can run again; the numbers are in training-report.json. No photograph of
anybody was used: every image is a render of ${generator.name} ${generator.version} (digest \`${generator.digest}\`).

- Network: ${architecture.inputSize}x${architecture.inputSize} RGB, stem of 8x8 windows every 4 pixels, stages ${architecture.stages.map(({ channels, blocks }) => `${channels} channels x ${blocks}`).join(', ')}, SiLU, no
  normalisation inside, ${architecture.embedding} features, ${report.parameters} weights in ${specifications.length} arrays (\`${report.networkDigest.slice(0, 12)}…\`, ${(report.networkBytes / 1e6).toFixed(2)} MB).
- Data: ${recipe.identities} identities x ${recipe.variationsPerIdentity} renders of other pose, light, expression and background, seed ${recipe.seed}; jitter of position, brightness, contrast,
  colour and noise at every sight.
- Training: ${recipe.epochs} epochs, ${report.imagesSeen} images seen in batches of ${recipe.batchSize}, AdamW, rate ${recipe.learningRate.peak} falling by a cosine, margin softmax over cosines with scale
  ${recipe.scale} and margin rising to ${recipe.margin.peak}. The features are standardised over the batch in training; their statistics over ${recipe.statisticsImages} renders are folded
  into the last layer.
- Time: rendering ${minutes(seconds.render)}, training ${minutes(seconds.train)}, evaluation ${minutes(seconds.evaluate)} on ${report.machine.threads} threads of ${report.machine.processor} (renders found in the cache
  take no time).

## Verification

Identities never seen in training; genuine pairs differ in pose, light, expression and background. Ten folds, the threshold chosen on nine.

| population | pairs | accuracy | EER | ${evaluation.unseen.roc.trueAcceptRates.map(({ falseAcceptRate }) => `TAR at FAR ${falseAcceptRate.toExponential(0)}`).join(' | ')} |
|---|---|---|---|${evaluation.unseen.roc.trueAcceptRates.map(() => '---|').join('')}
${row("the generator's own", evaluation.unseen)}
${row('`parametric-head-pairs`', evaluation.benchmark)}

A dash: too few impostor pairs to resolve that rate. False-accept rates of the first row are resolved over ${recipe.evaluation.rocImpostorPairs} impostor pairs.

## The space that sampling works in

Angles between embeddings of random identities: mean ${spread.meanAngle.toFixed(3)} rad, deviation ${spread.deviationOfAngle.toFixed(3)}, smallest ${spread.smallestAngle.toFixed(3)}; they spread over ${spread.effectiveDimension.toFixed(1)} directions
(participation ratio) about a mean of norm ${spread.meanDirectionNorm.toFixed(3)}. Angles within an identity: mean ${genuineAngle.mean.toFixed(3)} rad, deviation ${genuineAngle.deviation.toFixed(3)}.

## Epochs

| epoch | loss | accuracy on its own classes | margin | images per second |
|---|---|---|---|---|
${report.epochs.map((epoch) => `| ${epoch.epoch + 1} | ${epoch.loss.toFixed(3)} | ${percent(epoch.accuracy)} | ${epoch.margin.toFixed(3)} | ${epoch.imagesPerSecond.toFixed(0)} |`).join('\n')}
`;
}

function row(
  name: string,
  { genuinePairs, impostorPairs, accuracy, roc }: VerificationResult,
): string {
  const rates = roc.trueAcceptRates.map(({ trueAcceptRate }) =>
    trueAcceptRate === null ? '-' : percent(trueAcceptRate),
  );
  return `| ${name} | ${genuinePairs} + ${impostorPairs} | ${percent(accuracy.mean)} ± ${percent(accuracy.standardDeviation)} | ${percent(roc.equalErrorRate)} | ${rates.join(' | ')} |`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function minutes(seconds: number): string {
  return `${(seconds / 60).toFixed(1)} min`;
}
