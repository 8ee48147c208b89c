/** @file Looks at a page as people have it: narrow and wide, in the light and in the dark. */
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { faultsOf } from './faults-of.ts';

type Look = readonly [scheme: 'light' | 'dark', width: number];

/** How long a chart may take to follow the width. */
const SETTLE = { timeout: 30_000, interval: 100 };

/** The first two show what is wrong with most. */
export const LOOKS: readonly Look[] = [
  ['light', 390],
  ['dark', 1280],
  ['light', 1280],
  ['dark', 390],
];

interface LookOptions {
  /** @default all four */
  readonly looks?: readonly Look[];
  /** Settles when the page shows what it is looked at for. */
  readonly ready?: () => Promise<unknown>;
}

/** Nothing is wider than the screen, and axe finds nothing; with COLLOID_SCREENSHOTS it keeps what it saw there. */
export async function lookAt(
  page: Page,
  name: string,
  { looks = LOOKS, ready }: LookOptions = {},
): Promise<void> {
  const folder = process.env['COLLOID_SCREENSHOTS'];
  for (const [colorScheme, width] of looks) {
    const which = await fits(page, name, { look: [colorScheme, width], ready });
    expect(await faultsOf(page), which).toEqual([]);
    if (folder === undefined) continue;
    await page.waitForLoadState('networkidle');
    const file = path.join(folder, `${name}-${colorScheme}-${String(width)}.png`);
    await page.screenshot({ path: file, fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** Nothing is wider than the screen; returns what was looked at and how. */
export async function fits(
  page: Page,
  name: string,
  { look: [colorScheme, width], ready }: { look: Look; ready?: LookOptions['ready'] },
): Promise<string> {
  // Without motion, so that no colour is looked at on its way to another.
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height: 900 });
  // The scheme is changed by a script of the page, a moment later.
  await page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor();
  await ready?.();
  const which = `${name}, ${String(width)} px, ${colorScheme}`;
  // Charts follow the width a moment later: what is too wide has to stay so.
  await expect.poll(() => overflowOf(page), { message: which, ...SETTLE }).toBe(0);
  return which;
}

/** Pixels by which the page is wider than the screen. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}
