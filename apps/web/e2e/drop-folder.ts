/** @file Drops a folder of this machine on a page, as somebody does who drags it out of a file manager. */
import type { Locator } from 'playwright-core';

/**
 * Playwright has no such gesture, and a script in the page cannot make the entries of a folder; Chromium itself does, from paths that its
 * debugging protocol takes.
 */
export async function dropFolder(target: Locator, folder: string): Promise<void> {
  const page = target.page();
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (box === null) throw new Error('What the folder is to be dropped on is not to be seen.');
  const session = await page.context().newCDPSession(page);
  try {
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', {
        type,
        x: box.x + box.width / 2,
        y: box.y + box.height / 2,
        // 1: what is dropped is copied.
        data: { items: [], files: [folder], dragOperationsMask: 1 },
      });
    }
  } finally {
    await session.detach();
  }
}
