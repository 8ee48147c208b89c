/** @file Small pieces of Markdown: tables, and the places in a page that are generated. */

/** A table with one header row. Cells may hold any text; `|` and line breaks are taken care of. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * The page with the text between `<!-- generated:NAME -->` and `<!-- /generated -->` replaced.
 *
 * @throws Error when the page has no such place, or more than one
 */
export function replaceGenerated(page: string, name: string, text: string): string {
  const start = `<!-- generated:${name} -->`;
  const end = '<!-- /generated -->';
  const [before, after, ...more] = page.split(start);
  const close = after?.indexOf(end) ?? -1;
  if (before === undefined || after === undefined || more.length > 0 || close < 0) {
    throw new Error(
      `The page needs exactly one '${start}' … '${end}'; put it where the table belongs.`,
    );
  }
  return `${before}${start}\n\n${text}\n\n${after.slice(close)}`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll(/\s*\n\s*/g, ' ');
}
