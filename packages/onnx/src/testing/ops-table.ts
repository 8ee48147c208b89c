/** @file The text of OPS.md: every operator that is inferred or differentiated. */
import { listOperators, type GradientState } from '../operators.ts';

const STATES: Readonly<Record<GradientState, string>> = {
  rule: 'yes',
  'none exists': 'none exists',
  refused: 'refused',
  'not yet': 'not yet',
};

/** Markdown, sorted by operator; the same text for the same code. */
export function opsTable(): string {
  return [
    '# Operators',
    '',
    'Written by `npm run generate:ops`; a test fails when it is stale. Standard domain only. "none exists": the output is constant as far',
    'as gradients go, so nothing flows back; "refused": the reason is in the notes. An operator that is not here is an error that names it.',
    '',
    ...alignedTable([
      ['Operator', 'Opsets', 'Gradient', 'Notes'],
      ...listOperators().map(({ operator, opsets, gradient, notes }) => [
        operator,
        opsets.join('-'),
        STATES[gradient],
        notes.replaceAll('|', '\\|'),
      ]),
    ]),
    '',
  ].join('\n');
}

/** Columns padded to their widest cell, as the formatter leaves them. */
function alignedTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const [head = '', ...body] = rows.map(line);
  return [head, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body];
}
