/** @file Chooses in a list that opens below a field. */
import type { Locator } from 'playwright-core';

/** More options than any list of a test has. */
const MOST_OPTIONS = 50;

/**
 * Chooses the one option of a field, by the keyboard.
 *
 * @param field a combobox of which one option is chosen
 * @param name of the option, or a part of it
 */
export async function choose(field: Locator, name: string): Promise<void> {
  const option = await highlight(field, name);
  await field.press('Enter');
  await option.waitFor({ state: 'hidden' });
}

/** Adds an option to a field that takes several, by the keyboard, and closes its list. */
export async function add(field: Locator, name: string): Promise<void> {
  const option = await highlight(field, name);
  await field.press('Enter');
  await field.press('Escape');
  await option.waitFor({ state: 'hidden' });
}

/**
 * Opens the list and goes to an option by the keyboard. A click would have to hit a list that follows its field while the page above it
 * still grows, and that hides where the field leaves the window.
 */
async function highlight(field: Locator, name: string): Promise<Locator> {
  const option = field.page().getByRole('option', { name, includeHidden: true });
  await field.click();
  await option.waitFor({ state: 'attached' });
  for (let pressed = 0; (await option.getAttribute('data-combobox-selected')) === null; pressed++) {
    if (pressed === MOST_OPTIONS) throw new Error(`The option ${name} cannot be reached by keys.`);
    await field.press('ArrowDown');
  }
  return option;
}
