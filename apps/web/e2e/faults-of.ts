/** @file What axe finds wrong with a page, in words. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** How long a fault has to last: after a change of scheme or width colours are between two others for a moment. */
const PATIENCE_MS = 3000;
/** How often it has to be found; on a busy machine one look alone takes longer than that. */
const LEAST_LOOKS = 3;
const PAUSE_MS = 250;

/** One line for each element that breaks a rule of WCAG 2.2 AA and goes on doing so. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const until = Date.now() + PATIENCE_MS;
  for (let looks = 1; ; looks += 1) {
    const faults = await look(page);
    if (faults.length === 0 || (looks >= LEAST_LOOKS && Date.now() > until)) return faults;
    await page.waitForTimeout(PAUSE_MS);
  }
}

function look(page: Page): Promise<string[]> {
  return page.evaluate(async (runOnly) => {
    const { axe: checker } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await checker.run({ resultTypes: ['violations'], runOnly });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }, RULES);
}
