/** @file `./colloid measure`: the metrics of a dataset as text, JSON and plots, with no database and no server. */

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { rasteriseSvg } from '@colloid/formats';
import {
  type DatasetMeasures,
  type Leakage,
  measure as measureDataset,
  measureLeakage,
  openRuntime,
  type Runtime,
} from '@colloid/sampler';

import { readEnvironment } from '../environment.ts';
import { CliError } from '../errors.ts';
import {
  type MeasuredDataset,
  readArrays,
  readFolder,
  readLabels,
  readUnitRows,
} from '../measure/read-dataset.ts';
import { plotsOf } from '../plots/plots.ts';
import { renderPlot } from '../plots/render-plot.ts';
import { say } from '../terminal.ts';

export interface MeasureOptions {
  /** npy file, in place of a folder. */
  readonly embeddings?: string;
  readonly labels?: string;
  /** `name=embeddings.npy` or `name=embeddings.npy,labels.npy`. */
  readonly gallery: readonly string[];
  readonly ict?: string;
  readonly threshold?: string;
  readonly falseMatchRate?: string;
  readonly duplicates: string;
  readonly seed: string;
  readonly output?: string;
  readonly json?: boolean;
}

/** What `--json` prints and `report.json` holds. Angles in radians. */
interface Report {
  readonly source: string;
  readonly recogniser: string | null;
  readonly ict: number;
  readonly measures: DatasetMeasures;
  readonly leakage: readonly Leakage[];
}

const DEFAULT_ICT = 1;
const PNG_SCALE = 2;

/** @throws {CliError} `INVALID_OPTION`, `INVALID_DATASET`, `DATASET_FOLDER`, `OUTPUT_FOLDER`, and the sampler's own errors. */
export async function measure(folder: string | undefined, options: MeasureOptions): Promise<void> {
  const environment = readEnvironment();
  const dataset = await readDataset(folder, options);
  const ict =
    options.ict === undefined ? (dataset.ict ?? DEFAULT_ICT) : angle('--ict', options.ict);
  if (options.output !== undefined) await makeFolder(options.output);
  await using stack = new AsyncDisposableStack();
  const runtime = await openRuntime({
    provider: environment.COLLOID_PROVIDER,
    ...(environment.COLLOID_THREADS === undefined ? {} : { threads: environment.COLLOID_THREADS }),
  });
  stack.defer(() => runtime.close());
  const measures = await measureDataset(runtime, {
    references: dataset.references,
    ...(dataset.variations === null ? {} : { variations: dataset.variations() }),
    ict,
    embeddingDim: dataset.embeddingDim,
    duplicateThreshold: angle('--duplicates', options.duplicates),
    seed: number('--seed', options.seed, Number.MAX_SAFE_INTEGER),
  });
  const leakage: Leakage[] = [];
  for (const gallery of options.gallery) {
    leakage.push(await compare(runtime, dataset, gallery, options));
  }
  const source = folder ?? options.embeddings ?? '';
  const report: Report = { source, recogniser: dataset.recogniser, ict, measures, leakage };
  const text = JSON.stringify(report, typedArrays);
  if (options.output !== undefined) await writeReport(options.output, report, text);
  if (options.json === true) process.stdout.write(`${text}\n`);
  else for (const line of describe(report)) console.log(line);
}

async function readDataset(
  folder: string | undefined,
  { embeddings, labels }: MeasureOptions,
): Promise<MeasuredDataset> {
  if ((folder === undefined) === (embeddings === undefined)) {
    throw new CliError(
      'INVALID_OPTION',
      'Give either the folder of a dataset or --embeddings FILE.npy (with --labels FILE.npy), not both.',
    );
  }
  return folder === undefined ? readArrays(embeddings ?? '', labels) : readFolder(folder);
}

async function compare(
  runtime: Runtime,
  dataset: MeasuredDataset,
  gallery: string,
  options: MeasureOptions,
): Promise<Leakage> {
  const split = /^(?<name>[^=]+)=(?<rows>[^,]+)(?:,(?<labels>.+))?$/.exec(gallery)?.groups;
  const file = split?.['rows'] ?? gallery;
  const rows = await readUnitRows(file);
  const labelsFile = split?.['labels'];
  return measureLeakage(runtime, {
    gallery: {
      name: split?.['name'] ?? basename(file, '.npy'),
      digest: rows.digest,
      embeddings: rows.data,
      labels: labelsFile === undefined ? undefined : await readLabels(labelsFile, rows.rows),
    },
    recogniser: dataset.recogniser ?? 'unnamed recogniser',
    samples: dataset.samples,
    embeddingDim: dataset.embeddingDim,
    threshold:
      options.threshold === undefined ? undefined : angle('--threshold', options.threshold),
    falseMatchRate:
      options.falseMatchRate === undefined
        ? undefined
        : number('--false-match-rate', options.falseMatchRate, 1),
  });
}

async function makeFolder(output: string): Promise<void> {
  try {
    await mkdir(output, { recursive: true });
  } catch (cause) {
    throw new CliError(
      'OUTPUT_FOLDER',
      `The folder ${output} cannot be written; choose another one with --output.`,
      { cause },
    );
  }
}

async function writeReport(output: string, report: Report, text: string): Promise<void> {
  await writeFile(join(output, 'report.json'), `${text}\n`);
  for (const [name, plot] of plotsOf(report.measures, report)) {
    const svg = await renderPlot(plot);
    await writeFile(join(output, `${name}.svg`), svg);
    await writeFile(join(output, `${name}.png`), await rasteriseSvg(svg, { scale: PNG_SCALE }));
  }
  say(`Report and plots: ${output}`);
}

function typedArrays(_key: string, value: unknown): unknown {
  return value instanceof Float32Array || value instanceof Int32Array ? [...value] : value;
}

function describe({ measures, leakage, ict }: Report): readonly string[] {
  const { theta, verification, duplicates, capacity, intra } = measures;
  const line = (label: string, value: string): string => `${label.padEnd(31)}${value}`;
  return [
    line('identities', String(measures.identities)),
    line('θ min, mean, max (rad)', [theta.min, theta.mean, theta.max].map(short).join('  ')),
    line(`pairs above ICT ${ict}`, percent(measures.aboveIct)),
    line('identities at ICT or farther', percent(measures.identitiesAboveIct)),
    line('duplicates', `${duplicates.count} pairs under ${duplicates.threshold} rad`),
    ...(intra === null
      ? []
      : [
          line('θ within, mean, max (rad)', `${short(intra.mean)}  ${short(intra.max)}`),
          line('recognisable identities', percent(measures.intraBelowInter ?? 0)),
        ]),
    ...(verification === null
      ? []
      : [
          line('equal error rate', percent(verification.eer)),
          ...verification.tarAtFar.map(({ far, tar }) =>
            line(`TAR at FAR ${far}`, tar === null ? 'too few impostor pairs' : percent(tar)),
          ),
        ]),
    ...(capacity.fit?.sizeAtShare ?? []).map(({ share, n }) =>
      line(
        `${percent(share)} apart up to`,
        n === null
          ? 'beyond what can be told'
          : `about ${Math.round(n)} identities by the fit (residual ${short(capacity.fit?.residual ?? 0)})`,
      ),
    ),
    ...leakage.flatMap(({ gallery, samples, toSamples, toCentres }) =>
      [toSamples, toCentres].flatMap((each, index) =>
        each === null
          ? []
          : [
              line(
                `leakage, ${gallery.name}${index === 0 ? '' : ' centres'}`,
                `${each.samplesUnder} of ${samples} samples under ${short(each.under.threshold)} rad (false-match rate ${each.falseMatchRate ?? 'unknown'}), ${each.under.count} pairs, ${each.expected === null ? 'unknown' : each.expected.toFixed(1)} expected by chance`,
              ),
            ],
      ),
    ),
  ];
}

function short(value: number): string {
  return value.toFixed(3);
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(3))} %`;
}

function angle(option: string, text: string): number {
  return number(option, text, Math.PI);
}

function number(option: string, text: string, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= most) return value;
  throw new CliError('INVALID_OPTION', `${option} is '${text}'; give a number from 0 to ${most}.`);
}
