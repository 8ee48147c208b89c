/** @file Suites in a real browser on a stack of their own. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { CHROMIUM_FLAGS, findChromium } from './find-chromium.ts';
import { type Person, signIn } from './people.ts';
import { startStack, type Stack } from './stack.ts';

export const MINUTE_MS = 60_000;

/**
 * How long one step waits for the state that it needs. Several stacks share the machine, and a step that is slow is no fault: the
 * limit is there so that a test which never gets on names the step, and not itself only.
 */
const PATIENCE_MS = 2 * MINUTE_MS;

/** What polls for something of a page are given. */
export const SOON = { timeout: MINUTE_MS, interval: 100 };

/** How long a worker may take that is at something else first. */
export const WORK_MS = 5 * MINUTE_MS;

/** Characters of a page that a failure shows. */
const SHOWN = 4000;

/** What a suite in a browser has, from its first hook on. */
export interface Stage {
  readonly stack: Stack;
  /** A browser of somebody's own, in which nobody is signed in. */
  newContext(): Promise<BrowserContext>;
  /**
   * Opens a path of the stack or an address, and goes no further: what is clicked next waits to be there by itself, and pages show it
   * once they are alive. The event `load` waits for every image and font as well, of a page that may be left before it comes.
   */
  go(page: Page, address: string): Promise<void>;
  /** Somebody signed in at a browser of their own; their account is made where there is none. */
  openPerson(email: string): Promise<Person>;
}

/**
 * Declares a suite that has a stack and a browser until it ends. Where there is no browser it is skipped, and says so; in CI it fails.
 * When a test fails, what its pages showed is told with it.
 */
export function describeInBrowser(name: string, declare: (stage: Stage) => void): void {
  const executablePath = findChromium();
  const isSkipped = executablePath === null && process.env['CI'] === undefined;
  const title = isSkipped
    ? `${name} in a browser (skipped: no Chromium or Chrome was found; set CHROMIUM to its path)`
    : `${name} in a browser`;
  describe.skipIf(isSkipped)(title, () => {
    let stack: Stack | undefined;
    let browser: Browser | undefined;

    const stage: Stage = {
      get stack() {
        if (stack === undefined) throw new Error('The stack is there from the first hook on.');
        return stack;
      },
      async newContext() {
        if (browser === undefined) throw new Error('The browser is there from the first hook on.');
        const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
        context.setDefaultTimeout(PATIENCE_MS);
        return context;
      },
      async go(page, address) {
        await page.goto(new URL(address, stage.stack.url).href, { waitUntil: 'commit' });
      },
      openPerson: (email) => signIn(stage, email),
    };

    beforeAll(async () => {
      if (executablePath === null)
        throw new Error('CI needs Chromium: install it, or set CHROMIUM to its path.');
      stack = await startStack();
      browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
    }, 10 * MINUTE_MS);

    afterEach(async ({ task }) => {
      if (task.result?.state !== 'fail' || browser === undefined) return;
      const pages = browser.contexts().flatMap((context) => context.pages());
      throw new Error((await Promise.all(pages.map(describePage))).join('\n\n'));
    });

    afterAll(async () => {
      await browser?.close();
      await stack?.stop();
    }, MINUTE_MS);

    declare(stage);
  });
}

/**
 * Waits until a page is at an address, and no further, for the same reason as `go`.
 *
 * @param glob such as `**\/runs/1`
 */
export async function arrives(page: Page, glob: string): Promise<void> {
  await page.waitForURL(glob, { waitUntil: 'commit' });
}

/** Where a page is, and what assistive technology reads there. */
async function describePage(page: Page): Promise<string> {
  const shown = await page
    .locator('body')
    .ariaSnapshot({ timeout: 5000 })
    .catch((error: unknown) => `It could not be read: ${String(error)}`);
  return `When the test failed, ${page.url()} showed:\n${shown.slice(0, SHOWN)}`;
}
