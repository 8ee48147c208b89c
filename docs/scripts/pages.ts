/** @file The Markdown pages of the repository, and what is in them that can be checked. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export const REPOSITORY = path.resolve(import.meta.dirname, '../..');

const SKIPPED = new Set(['node_modules', '.git', '.next', '.turbo', '.cache', 'dist', 'generated']);

/** One Markdown file. */
export interface Page {
  /** Relative to the repository's root. */
  readonly name: string;
  readonly text: string;
}

/** A fenced block of code. */
export interface Fence {
  readonly language: string;
  readonly code: string;
}

/** Every Markdown page of the repository. */
export async function readPages(folder = REPOSITORY): Promise<readonly Page[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const pages = await Promise.all(
    entries.map(async (entry): Promise<readonly Page[]> => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : readPages(file);
      if (!entry.name.endsWith('.md')) return [];
      return [{ name: path.relative(REPOSITORY, file), text: await readFile(file, 'utf8') }];
    }),
  );
  return pages.flat();
}

/** The fenced blocks of a page, in order. */
export function fencesOf(page: Page): readonly Fence[] {
  return [...page.text.matchAll(/^ *```(\w*)[^\n]*\n(.*?)^ *```$/gms)].map(
    ([, language = '', code = '']) => ({ language, code }),
  );
}

/** Targets of links and images that are neither addresses elsewhere nor code. */
export function linksOf(page: Page): readonly string[] {
  return [...prose(page).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

/** Anchors of the headings of a page, as code hosts make them. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const headings = withoutFences(page.text).matchAll(/^#{1,6} +(.+?) *$/gm);
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(/\s/g, '-'),
    ),
  );
}

/** Paths of this repository that stand in inline code, such as `packages/onnx/src/index.ts`. */
export function pathsOf(page: Page): readonly string[] {
  return [...withoutFences(page.text).matchAll(/`([^`\n]+)`/g)]
    .map(([, code = '']) => code)
    .filter((code) => /^(apps|benchmarks|docker|docs|packages|prisma)\/[\w@./()[\]-]+$/.test(code));
}

/** Words of every `./colloid …` command in the shell blocks of a page, without its environment. */
export function commandsOf(page: Page): readonly (readonly string[])[] {
  return fencesOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ code }) => code.split('\n'))
    .map((line) =>
      line
        .replace(/\s#.*$/, '')
        .replace(/^(?:\s*[A-Z][A-Z0-9_]*=\S+)*\s*/, '')
        .trim(),
    )
    .filter((line) => line.startsWith('./colloid '))
    .map((line) => line.split(/\s+/).slice(1));
}

function prose(page: Page): string {
  return withoutFences(page.text).replaceAll(/`[^`\n]*`/g, '');
}

function withoutFences(text: string): string {
  return text.replaceAll(/^ *```.*?^ *```$/gms, '');
}
