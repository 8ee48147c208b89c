/** @file Lets answers come late, as on a slow machine or a bad line. */
import type { Page } from 'playwright-core';

/**
 * Keeps what a page asks for at addresses of that glob from being asked until the returned function is called.
 *
 * @param operation of GraphQL, and the first of that name only. @default everything at the addresses
 */
export async function holdBack(page: Page, glob: string, operation?: string): Promise<() => void> {
  const { promise: isLet, resolve: letGo } = Promise.withResolvers<void>();
  let isFirst = true;
  await page.route(glob, async (route) => {
    const asked =
      operation === undefined
        ? undefined
        : (route.request().postDataJSON() as { operationName?: string }).operationName;
    if (operation === undefined || (isFirst && asked === operation)) {
      isFirst = false;
      await isLet;
    }
    await route.continue();
  });
  return letGo;
}
