/** @file `./colloid models operators`: what model files may hold, and through what a gradient flows. */

import { type GradientState, listOperators } from '@colloid/onnx';

const SIGNS: Readonly<Record<GradientState, string>> = {
  rule: '✓',
  'none exists': '–',
  refused: '✗',
  'not yet': '✗',
};

/** Prints the registry, as a table or as JSON. */
export async function operators({ json = false }: { readonly json?: boolean }): Promise<void> {
  const rows = listOperators();
  if (json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const widest = Math.max(...rows.map(({ operator }) => operator.length));
  for (const { operator, opsets, gradient, notes } of rows) {
    const range = opsets.join('-').padEnd(5);
    console.log(
      `${SIGNS[gradient]} ${operator.padEnd(widest)}  ${range}  ${gradient.padEnd(11)}  ${notes}`,
    );
  }
  const withRule = rows.filter(({ gradient }) => gradient === 'rule').length;
  console.log(
    `\n${rows.length} operators of the standard domain, ${withRule} with a gradient rule. An operator that is not listed is refused by name.`,
  );
}
