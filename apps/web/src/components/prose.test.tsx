/** @file Markdown as it is shown: its form is kept, and nothing of it acts on the page. */
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Prose } from './prose.tsx';

const shown = (text: string): string => renderToStaticMarkup(<Prose text={text} />);

test('emphasis, lists and line breaks are kept, and headings are lines of the text', () => {
  const html = shown(
    '# Why\n**Two** are *alike*:\n- the first\n- the second\n\nline one\nline two',
  );
  expect(html).toContain('<strong>Two</strong> are <em>alike</em>');
  expect(html.match(/<li>/g)).toHaveLength(2);
  expect(html).toMatch(/line one<br\/>\s*line two/);
  expect(html).not.toMatch(/<h\d/);
});

test('HTML, scripts in addresses and pictures of a text do nothing', () => {
  const html = shown(
    [
      'Typed: <script>alert(1)</script> and <img src="https://example.org/a.png">.',
      '[go](javascript:alert(1)) ![a face](https://example.org/b.png)',
    ].join('\n\n'),
  );
  expect(html).not.toMatch(/<script|<img|javascript:/);
  expect(html).toContain('&lt;script&gt;');
  expect(html).toContain('<span>a face</span>');
});

test('links open beside the page and tell nothing of it', () => {
  expect(shown('[the paper](https://example.org)')).toContain(
    'href="https://example.org" target="_blank" rel="noopener noreferrer nofollow"',
  );
});
