/** @file Chooses in a list that opens below a field. */
import type { Locator } from 'playwright-core';

/** More options than any list of a test has. */
const MOST_OPTIONS = 50;

/**
 * Chooses an option by the keyboard. A click would have to hit a list that follows its field while the page above it still grows, and
 * that hides where the field leaves the window.
 *
 * @param field a combobox of which one option is chosen
 * @param name of the option, or a part of it
 */
export async function choose(field: Locator, name: string): Promise<void> {
  const option = field.page().getByRole('option', { name, includeHidden: true });
  await field.click();
  await option.waitFor({ state: 'attached' });
  for (let pressed = 0; (await option.getAttribute('data-combobox-selected')) === null; pressed++) {
    if (pressed === MOST_OPTIONS) throw new Error(`The option ${name} cannot be reached by keys.`);
    await field.press('ArrowDown');
  }
  await field.press('Enter');
  await option.waitFor({ state: 'hidden' });
}
