/** @file Parts of the query page, as tests find them. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { SOON } from '../in-browser.ts';

/** A figure with its number and note, by its label. */
export function figure(page: Page, label: string): Locator {
  return page.locator('dl > div').filter({ has: page.getByText(label, { exact: true }) });
}

/** What is selected, face by face. */
export function faces(page: Page): Locator {
  return page.getByRole('list', { name: 'Selected faces' }).getByRole('listitem');
}

/** What the faces are of, in their order. */
export function namesOf(page: Page): Promise<(string | null)[]> {
  return faces(page)
    .getByRole('img')
    .evaluateAll((images) => images.map((image) => image.getAttribute('alt')));
}

/** Waits until so many faces are there. */
export function shows(page: Page, count: number): Promise<void> {
  return expect.poll(() => faces(page).count(), SOON).toBe(count);
}
