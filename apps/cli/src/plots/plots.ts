/** @file The plots of a measured dataset. */

import type {
  Capacity,
  DatasetMeasures,
  DatasetVerification,
  Histogram,
  Leakage,
  LeakageComparison,
} from '@colloid/sampler';

import { COLOURS, type Plot } from './render-plot.ts';

/** A histogram with its name in the legend. */
interface Series {
  readonly name: string;
  readonly colour: string;
  readonly histogram: Histogram;
}

/** Every plot that the figures allow, by file name. */
export function plotsOf(
  measures: DatasetMeasures,
  options: { readonly ict: number; readonly leakage: readonly Leakage[] },
): ReadonlyMap<string, Plot> {
  const { histograms, verification, capacity } = measures;
  const plots = new Map<string, Plot>();
  plots.set('angles', anglePlot(histograms, options.ict));
  const latents = series([
    ['different identities', COLOURS.inter, histograms.interLatent],
    ['variation to its reference', COLOURS.intra, histograms.intraLatent],
  ]);
  if (latents.length > 0) {
    plots.set(
      'latents',
      histogramPlot(latents, {
        title: 'Distance of latents',
        axis: 'Distance |w − w′| (units of the latent space)',
        mark: null,
      }),
    );
  }
  if (verification !== null) plots.set('roc', rocPlot(verification));
  plots.set('capacity', capacityPlot(capacity, options.ict));
  for (const leakage of options.leakage) {
    const name = leakage.gallery.name.replaceAll(/[^\w.-]+/g, '-');
    plots.set(`leakage-${name}`, leakagePlot(leakage, leakage.toSamples, 'gallery images'));
    if (leakage.toCentres !== null) {
      plots.set(
        `leakage-${name}-centres`,
        leakagePlot(leakage, leakage.toCentres, 'class centres'),
      );
    }
  }
  return plots;
}

function anglePlot(histograms: DatasetMeasures['histograms'], ict: number): Plot {
  return histogramPlot(
    series([
      ['different identities', COLOURS.inter, histograms.inter],
      ['variation to its reference', COLOURS.intra, histograms.intra],
      ['any two images of one identity', COLOURS.intraPairs, histograms.intraPairs],
    ]),
    {
      title: 'Angle between embeddings',
      axis: 'Angle θ (rad)',
      mark: { at: ict, label: `ICT ${ict.toFixed(2)}` },
    },
  );
}

function leakagePlot(leakage: Leakage, comparison: LeakageComparison, what: string): Plot {
  const { under, falseMatchRate, samplesUnder } = comparison;
  const rate = falseMatchRate === null ? 'unknown' : falseMatchRate.toExponential(1);
  return histogramPlot(
    series([
      [`every sample to all ${what}`, COLOURS.inter, comparison.histogram],
      ['every sample to the nearest', COLOURS.intra, comparison.nearest],
    ]),
    {
      title: `Leakage: samples against ${what} of ${leakage.gallery.name}`,
      subtitle: `${samplesUnder} of ${leakage.samples} samples and ${under.count} pairs under the threshold, false-match rate ${rate}, ${leakage.recogniser}`,
      axis: 'Angle θ (rad)',
      mark: { at: under.threshold, label: `threshold ${under.threshold.toFixed(2)}` },
    },
  );
}

function histogramPlot(
  all: readonly Series[],
  options: {
    readonly title: string;
    readonly subtitle?: string;
    readonly axis: string;
    readonly mark: { readonly at: number; readonly label: string } | null;
  },
): Plot {
  const { mark } = options;
  const values = all.flatMap(({ name, histogram }) => bars(name, histogram));
  const most = Math.max(...values.map(({ to }) => to), mark?.at ?? 0);
  const x = {
    type: 'quantitative',
    scale: { domain: range(0, most * 1.04), nice: false },
  } as const;
  return {
    title: {
      text: options.title,
      ...(options.subtitle === undefined ? {} : { subtitle: options.subtitle }),
    },
    layer: [
      {
        data: { values },
        mark: { type: 'rect', opacity: 0.55 },
        encoding: {
          x: { field: 'from', title: options.axis, axis: { grid: false, tickCount: 10 }, ...x },
          x2: { field: 'to' },
          y: {
            field: 'density',
            type: 'quantitative',
            title: 'Density (each scaled to its own total)',
            axis: { tickCount: 5 },
          },
          y2: { datum: 0 },
          color: {
            field: 'name',
            type: 'nominal',
            scale: { domain: all.map(({ name }) => name), range: all.map(({ colour }) => colour) },
          },
        },
      },
      ...(mark === null ? [] : threshold(mark)),
    ],
  };
}

/** A dashed line across the plot with its name beside the top. */
function threshold(mark: { readonly at: number; readonly label: string }): Plot['layer'] {
  const x = { datum: mark.at, type: 'quantitative' } as const;
  const colour = COLOURS.threshold;
  return [
    {
      data: { values: [{}] },
      mark: { type: 'rule', color: colour, strokeDash: [5, 4], strokeWidth: 1.5 },
      encoding: { x },
    },
    {
      data: { values: [{}] },
      mark: {
        type: 'text',
        text: mark.label,
        color: colour,
        align: 'left',
        dx: 6,
        y: 8,
        fontSize: 12,
      },
      encoding: { x },
    },
  ];
}

function rocPlot(verification: DatasetVerification): Plot {
  const { impostors, roc, eer, genuine } = verification;
  const least = 1 / impostors;
  const values = roc.filter(({ far }) => far >= least);
  return {
    title: {
      text: 'Verification: true accepts at false accepts',
      subtitle: `${count(genuine)} genuine pairs (variation to its reference), ${count(impostors)} impostor pairs (references); equal error rate ${(100 * eer).toFixed(2)} %`,
    },
    layer: [
      {
        data: { values },
        mark: { type: 'line', color: COLOURS.inter, strokeWidth: 2, interpolate: 'step-after' },
        encoding: {
          x: {
            field: 'far',
            type: 'quantitative',
            title: 'False-accept rate (share of impostor pairs, log)',
            scale: { type: 'log', domain: [10 ** Math.floor(Math.log10(least)), 1] },
            axis: { format: '~e', tickCount: 7 },
          },
          y: {
            field: 'tar',
            type: 'quantitative',
            title: 'True-accept rate (share of genuine pairs)',
            scale: { domain: [0, 1] },
            axis: { format: '.0%' },
          },
        },
      },
    ],
  };
}

function capacityPlot(capacity: Capacity, ict: number): Plot {
  const { points, fit } = capacity;
  const measured = points.map(({ n, share, deviation }) => ({
    n,
    share,
    low: Math.max(0, share - deviation),
    high: Math.min(1, share + deviation),
  }));
  const largest = points.at(-1)?.n ?? 2;
  const end = fit === null ? largest : 100 * largest;
  const curve =
    fit === null
      ? []
      : Array.from({ length: 120 }, (_, step) => {
          const n = 2 * (end / 2) ** (step / 119);
          return { n, share: Math.exp(-fit.c * (n - 1) ** fit.b), name: 'extrapolation' };
        });
  const x = {
    field: 'n',
    type: 'quantitative',
    title: 'Identities N (log)',
    scale: { type: 'log', domain: range(2, end), nice: false },
    axis: { format: '~s', tickCount: 8 },
  } as const;
  const y = {
    type: 'quantitative',
    title: 'Share of identities apart',
    scale: { domain: range(0, 1) },
    axis: { format: '.0%' },
  } as const;
  return {
    title: {
      text: `Capacity: identities no closer than ${ict.toFixed(2)} rad as their number grows`,
      subtitle:
        fit === null
          ? `mean and deviation over ${capacity.draws} random subsets; the shares do not tell how they go on`
          : `mean and deviation over ${capacity.draws} random subsets; dashed: exp(−c (N−1)^b) with b ${fit.b.toFixed(2)}, c ${fit.c.toPrecision(2)}, residual ${fit.residual.toPrecision(2)}`,
    },
    layer: [
      {
        data: { values: curve },
        mark: {
          type: 'line',
          clip: true,
          color: COLOURS.intra,
          strokeDash: [6, 4],
          strokeWidth: 1.5,
        },
        encoding: { x, y: { field: 'share', ...y } },
      },
      {
        data: { values: measured },
        mark: { type: 'rule', clip: true, color: COLOURS.inter },
        encoding: { x, y: { field: 'low', ...y }, y2: { field: 'high' } },
      },
      {
        data: { values: measured },
        mark: { type: 'point', filled: true, size: 45, opacity: 1, color: COLOURS.inter },
        encoding: { x, y: { field: 'share', ...y } },
      },
    ],
  };
}

function series(
  all: readonly (readonly [name: string, colour: string, histogram: Histogram | null])[],
): readonly Series[] {
  return all.flatMap(([name, colour, histogram]) =>
    histogram === null ? [] : [{ name, colour, histogram }],
  );
}

/** Filled bins as rectangles whose areas add up to 1. */
function bars(
  name: string,
  { edges, counts }: Histogram,
): { name: string; from: number; to: number; density: number }[] {
  const total = counts.reduce((sum, each) => sum + each, 0);
  return counts.flatMap((each, bin) => {
    const [from, to] = [edges[bin] ?? 0, edges[bin + 1] ?? 0];
    return each === 0 ? [] : [{ name, from, to, density: each / total / (to - from) }];
  });
}

function count(value: number): string {
  return value.toLocaleString('en-GB');
}

/** Mutable, as the types of Vega-Lite want domains. */
function range(from: number, to: number): number[] {
  return [from, to];
}
