import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { hasVulkanDriver, vulkanFolders } from './vulkan.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'colloid-vulkan-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

test('a driver is one that a variable names, or that lies where the loader looks', async () => {
  const folder = join(home, '.local/share/vulkan/icd.d');
  expect(vulkanFolders({ HOME: home })).toContain(folder);
  expect(vulkanFolders({ HOME: home, XDG_DATA_DIRS: '/a:/b' })).toContain('/b/vulkan/icd.d');
  expect(await hasVulkanDriver({}, [folder])).toBe(false);
  expect(await hasVulkanDriver({ VK_DRIVER_FILES: '' }, [folder])).toBe(false);
  expect(await hasVulkanDriver({ VK_DRIVER_FILES: '/x.json' }, [folder])).toBe(true);
  await mkdir(folder, { recursive: true });
  expect(await hasVulkanDriver({}, [folder])).toBe(false);
  await writeFile(join(folder, 'driver.json'), '{}');
  expect(await hasVulkanDriver({}, [folder])).toBe(true);
});
