/** @file Which metrics of two versions a reviewer compares, with their names and units. Pure. */
import { formatRadians, formatShare } from '@/lib/format.ts';

/** One number of the metrics in both versions; null where it was not measured. */
export interface MetricChange {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** A metric as a row of the comparison. */
export interface MetricRow {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** Signed, in the unit of the metric; null where one of the two is missing. */
  readonly change: string | null;
  /** Whether the change is for the better; null where neither way is. */
  readonly isBetter: boolean | null;
}

interface Known {
  readonly word: string;
  readonly unit: 'rad' | 'share';
  /** 1: more is better; -1: less is better; 0: neither. */
  readonly wanted: -1 | 0 | 1;
}

const KNOWN: ReadonlyMap<string, Known> = new Map([
  ['theta.min', { word: 'Smallest θ', unit: 'rad', wanted: 1 }],
  ['theta.mean', { word: 'Mean θ', unit: 'rad', wanted: 1 }],
  ['theta.max', { word: 'Largest θ', unit: 'rad', wanted: 0 }],
  ['aboveIct', { word: 'Pairs above ICT', unit: 'share', wanted: 1 }],
  ['ict', { word: 'ICT', unit: 'rad', wanted: 0 }],
  ['intraBelowInter', { word: 'Recognisable identities', unit: 'share', wanted: 1 }],
  ['intra.mean', { word: 'Mean θ to the reference', unit: 'rad', wanted: -1 }],
  ['verification.eer', { word: 'Equal error rate', unit: 'share', wanted: -1 }],
  ['eer', { word: 'Equal error rate', unit: 'share', wanted: -1 }],
]);

/** Parts of histograms and curves: numbers by the hundred that say nothing one by one. */
const PARTS = /(?:histogram|counts|edges|roc|points)/i;

/** Known metrics first, in their order; then the others that differ, under their own names. */
export function metricRows(changes: readonly MetricChange[]): {
  readonly main: readonly MetricRow[];
  readonly others: readonly MetricRow[];
} {
  const byName = new Map(changes.map((change) => [change.name, change]));
  return {
    main: [...KNOWN].flatMap(([name, known]) => {
      const change = byName.get(name);
      return change === undefined ? [] : [rowOf(change, known)];
    }),
    others: changes
      .filter(
        ({ name, before, after }) => !KNOWN.has(name) && !PARTS.test(name) && before !== after,
      )
      .map((change) => rowOf(change, null)),
  };
}

function rowOf({ name, before, after }: MetricChange, known: Known | null): MetricRow {
  const write = (value: number | null) => written(value, known?.unit ?? null);
  const delta = before === null || after === null ? null : after - before;
  const wanted = known?.wanted ?? 0;
  const sign = delta === null || delta === 0 ? '' : delta > 0 ? '+' : '−';
  return {
    name: known?.word ?? name,
    before: write(before),
    after: write(after),
    change: delta === null ? null : `${sign}${write(Math.abs(delta))}`,
    isBetter: delta === null || delta === 0 || wanted === 0 ? null : delta * wanted > 0,
  };
}

function written(value: number | null, unit: Known['unit'] | null): string {
  if (unit === 'rad') return formatRadians(value, 3);
  if (unit === 'share') return formatShare(value);
  return value === null ? '–' : String(Number(value.toPrecision(4)));
}
