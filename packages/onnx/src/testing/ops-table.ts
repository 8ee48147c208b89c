/** @file The text of OPS.md: every operator that is inferred or differentiated. */
import { inferredOperators } from '../infer/infer-node.ts';
import { registeredGradients } from '../grad/registry.ts';
import type { OperatorGradient } from '../grad/rule.ts';

const STATES: Readonly<Record<OperatorGradient['state'], string>> = {
  rule: 'yes',
  nonDifferentiable: 'none exists',
  refused: 'refused',
};

/** Markdown, sorted by operator; the same text for the same code. */
export function opsTable(): string {
  const gradients = registeredGradients();
  const withGradient = new Set(gradients.map((g) => g.op));
  const rows = [
    ...gradients.map((g) => ({
      op: g.op,
      opsets: g.opsets.join('-'),
      state: STATES[g.state],
      notes: g.notes,
    })),
    ...inferredOperators()
      .filter((op) => !withGradient.has(op))
      .map((op) => ({
        op,
        opsets: '13-21',
        state: 'not yet',
        notes: 'Types are inferred; no gradient rule.',
      })),
  ].toSorted((a, b) => (a.op < b.op ? -1 : 1));
  return [
    '# Operators',
    '',
    'Written by `npm run generate:ops`; a test fails when it is stale. Standard domain only. "none exists": the output is constant as far',
    'as gradients go, so nothing flows back; "refused": the reason is in the notes. An operator that is not here is an error that names it.',
    '',
    ...alignedTable([
      ['Operator', 'Opsets', 'Gradient', 'Notes'],
      ...rows.map((r) => [r.op, r.opsets, r.state, r.notes.replaceAll('|', '\\|')]),
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
