/** @file The table of labels that comes with latents or images: CSV with a header. */

import { CovariateError } from '../errors.ts';

/** What one latent or image shows. */
export interface CovariateLabel {
  /** Who; held-out accuracy never tests on somebody it has trained on. */
  readonly identity: string;
  /** Such as 'pose'. */
  readonly covariate: string;
  /** Such as 'left'. */
  readonly class: string;
}

/** A label with the image it is for. */
export interface ImageLabel extends CovariateLabel {
  /** Path of the image, as the table says it. */
  readonly file: string;
  /** Where the table says it, from 1. */
  readonly line: number;
}

/** A label of a latent that may come from the projection of an image. */
export interface LatentLabel extends CovariateLabel {
  /** Why the latent does not show its image, in the column failure of a projection's report; null where it does. */
  readonly failure: string | null;
}

const COLUMNS = ['identity', 'covariate', 'class'] as const;

/**
 * Reads a table with the columns identity, covariate and class, and perhaps failure, one row per latent in their order.
 *
 * @throws CovariateError naming the line
 */
export function parseLatentLabels(csv: string): readonly LatentLabel[] {
  return readTable(csv, COLUMNS).map((row) =>
    Object.assign(labelOf(row), { failure: row.optional('failure') || null }),
  );
}

/**
 * As {@link parseLatentLabels} with a column file in place of failure: an image may stand there once per covariate.
 *
 * @throws CovariateError naming the line
 */
export function parseImageLabels(csv: string): readonly ImageLabel[] {
  const labels = readTable(csv, ['file', ...COLUMNS]).map((row) =>
    Object.assign(labelOf(row), { file: row.required('file'), line: row.line }),
  );
  const seen = new Map<string, number>();
  for (const { file, covariate, line } of labels) {
    const key = JSON.stringify([file, covariate]);
    const before = seen.get(key);
    if (before !== undefined) {
      throw new CovariateError(
        `Line ${line} of the table of labels labels '${file}' for '${covariate}' as line ${before} did; leave one of them out.`,
      );
    }
    seen.set(key, line);
  }
  return labels;
}

/** Who a row of a gallery is. */
export interface PersonLabel {
  /** Path of the image; empty where the table has no such column. */
  readonly file: string;
  /** A name or a number. */
  readonly label: string;
}

/**
 * Reads a table with the column label, and of images also with the column file, each of which stands there once.
 *
 * @throws CovariateError naming the line
 */
export function parsePeople(
  csv: string,
  { withFiles }: { readonly withFiles: boolean },
): readonly PersonLabel[] {
  const seen = new Map<string, number>();
  return readTable(csv, withFiles ? ['file', 'label'] : ['label']).map((row) => {
    const [file, label] = [row.optional('file'), row.required('label')];
    if (!withFiles) return { file, label };
    const before = seen.get(row.required('file'));
    if (before !== undefined) {
      throw new CovariateError(
        `Line ${row.line} of the table of labels labels '${file}' as line ${before} did; leave one of them out.`,
      );
    }
    seen.set(file, row.line);
    return { file, label };
  });
}

function labelOf(row: Row): CovariateLabel {
  return {
    identity: row.required('identity'),
    covariate: row.required('covariate'),
    class: row.required('class'),
  };
}

interface Row {
  readonly line: number;
  /** @throws CovariateError where it is empty */
  required(column: string): string;
  /** Empty where there is no such column. */
  optional(column: string): string;
}

function readTable(csv: string, columns: readonly string[]): readonly Row[] {
  const [header, ...lines] = readCells(csv);
  const names = (header?.cells ?? []).map((name) => name.trim().toLowerCase());
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) {
    throw new CovariateError(
      `The table of labels has no column ${missing.map((name) => `'${name}'`).join(', ')}; its first line must name ${columns.join(', ')}.`,
    );
  }
  const rows = lines.map(({ line, cells }): Row => {
    if (cells.length !== names.length) {
      throw new CovariateError(
        `Line ${line} of the table of labels has ${cells.length} cells, and its header ${names.length}; correct that line.`,
      );
    }
    const optional = (column: string): string => (cells[names.indexOf(column)] ?? '').trim();
    return {
      line,
      optional,
      required(column) {
        const value = optional(column);
        if (value !== '') return value;
        throw new CovariateError(
          `Line ${line} of the table of labels has nothing in '${column}'; fill it in or leave the line out.`,
        );
      },
    };
  });
  if (rows.length > 0) return rows;
  throw new CovariateError('The table of labels has no line after its header; add the labels.');
}

interface Line {
  /** From 1, where it begins. */
  readonly line: number;
  readonly cells: string[];
}

/** Cells of RFC 4180: quoted ones may hold commas, line breaks and doubled quotes. Empty lines are left out. */
function readCells(csv: string): Line[] {
  const lines: Line[] = [];
  let cells: string[] = [];
  let [cell, isQuoted, line, begun] = ['', false, 1, 1];
  const text = csv.startsWith('\uFEFF') ? csv.slice(1) : csv;
  const endLine = (): void => {
    cells.push(cell);
    if (cells.length > 1 || cell.trim() !== '') lines.push({ line: begun, cells });
    [cells, cell, begun] = [[], '', line];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\n') line += 1;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (character === '"' && cell.trim() === '') {
      [isQuoted, cell] = [true, ''];
    } else if (character === ',') {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') endLine();
    else if (character !== '\r') cell += character;
  }
  if (isQuoted) {
    throw new CovariateError(
      `The quoted cell that begins in line ${begun} of the table of labels never ends; close its quote.`,
    );
  }
  endLine();
  return lines;
}
