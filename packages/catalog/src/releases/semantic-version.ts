/** @file Semantic versions (semver.org 2.0.0, without build metadata): their form and their order. */

import { CatalogError } from '../errors.ts';

const NUMBER = '(?:0|[1-9][0-9]{0,8})';
const WORD = `(?:${NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`;
const FORM = new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${WORD}(?:\\.${WORD})*)?$`);
const LONGEST = 64;

/** @throws CatalogError INVALID unless `text` is such as 1.2.0 or 2.0.0-beta.1. */
export function checkSemanticVersion(text: string): string {
  if (text.length <= LONGEST && FORM.test(text)) return text;
  throw new CatalogError(
    'INVALID',
    `'${text.slice(0, LONGEST)}' is no semantic version; write three numbers such as 1.2.0, and a word behind them such as 2.0.0-beta.1 where it is a foretaste.`,
    { path: ['semanticVersion'] },
  );
}

/** Negative where `a` comes before `b`, positive where it comes after, 0 where they are the same. */
export function compareSemanticVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  for (const [index, number] of left.core.entries()) {
    const difference = number - (right.core[index] ?? 0);
    if (difference !== 0) return difference;
  }
  // 1.0.0-beta comes before 1.0.0.
  if (left.words.length === 0 || right.words.length === 0) {
    return right.words.length - left.words.length;
  }
  for (let index = 0; index < Math.max(left.words.length, right.words.length); index += 1) {
    const difference = compareWords(left.words[index], right.words[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The greatest of them; null where there is none. */
export function greatestVersion(versions: readonly string[]): string | null {
  return versions.toSorted(compareSemanticVersions).at(-1) ?? null;
}

function parse(text: string) {
  const dash = text.indexOf('-');
  const core = (dash < 0 ? text : text.slice(0, dash)).split('.').map(Number);
  return { core, words: dash < 0 ? [] : text.slice(dash + 1).split('.') };
}

/** Numbers come before words, and whoever has fewer parts comes first. */
function compareWords(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const [isNumber, isOtherNumber] = [/^[0-9]+$/.test(a), /^[0-9]+$/.test(b)];
  if (isNumber && isOtherNumber) return Number(a) - Number(b);
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return a < b ? -1 : 1;
}
