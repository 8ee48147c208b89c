/** @file The report of a projection: a row per labelled image. */

/** One line of the table with how near its projection came. */
export interface ReportRow {
  readonly file: string;
  readonly identity: string;
  readonly covariate: string;
  readonly class: string;
  /** Root mean square difference of the pixels, 0..1. */
  readonly pixelResidual: number | null;
  /** Angle between the embeddings, radians. */
  readonly theta: number | null;
  readonly failure: string | null;
}

const COLUMNS = [
  'file',
  'identity',
  'covariate',
  'class',
  'pixelResidual',
  'theta',
  'failure',
] as const satisfies readonly (keyof ReportRow)[];

/** CSV that `covariates fit` takes as its table of labels. */
export function reportCsv(rows: readonly ReportRow[]): string {
  const lines = rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(','));
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`;
}

export function reportJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** For the terminal: the spread of what was found, then what was not. */
export function summary(rows: readonly ReportRow[]): string {
  const found = rows.filter(({ failure }) => failure === null);
  const lines = [`${found.length} of ${rows.length} rows have a latent that shows their image`];
  if (found.length > 0) {
    lines.push(
      `pixel residual  ${spread(found.map((row) => row.pixelResidual))}  (root mean square, 0 to 1)`,
      `angle           ${spread(found.map((row) => row.theta))}  (radians between the embeddings)`,
    );
  }
  for (const { file, failure } of rows) {
    if (failure !== null) lines.push(`failed  ${file}: ${failure}`);
  }
  return lines.join('\n');
}

function spread(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (known[Math.round(share * (known.length - 1))] ?? Number.NaN).toFixed(3);
  return `median ${at(0.5)}, from ${at(0)} to ${at(1)}`;
}

function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
