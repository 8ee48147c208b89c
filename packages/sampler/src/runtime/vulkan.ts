/** @file Whether Linux has a Vulkan driver, found as its loader finds one: asking the loader prints warnings where there is none. */

import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Variables that name drivers outside the loader's folders, such as the one that Chromium brings. */
const VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'] as const;

/** Whether a variable names a driver, or one of the folders has the description of one. */
export async function hasVulkanDriver(
  variables: NodeJS.ProcessEnv,
  folders: readonly string[] = vulkanFolders(variables),
): Promise<boolean> {
  if (VARIABLES.some((name) => (variables[name] ?? '') !== '')) return true;
  for (const folder of folders) {
    // An absent folder is an answer here, not a failure.
    const names = await readdir(folder).catch(() => []);
    if (names.some((name) => name.endsWith('.json'))) return true;
  }
  return false;
}

/** Where the loader looks, by the XDG base directories (Vulkan loader 1.3, "Driver Discovery on Linux"). */
export function vulkanFolders(variables: NodeJS.ProcessEnv): readonly string[] {
  const home = variables['HOME'] ?? '';
  const given = (name: string, otherwise: string): readonly string[] =>
    (variables[name] || otherwise).split(delimiter);
  return [
    ...given('XDG_CONFIG_HOME', join(home, '.config')),
    ...given('XDG_CONFIG_DIRS', '/etc/xdg'),
    '/etc',
    ...given('XDG_DATA_HOME', join(home, '.local/share')),
    ...given('XDG_DATA_DIRS', '/usr/local/share:/usr/share'),
  ].map((base) => join(base, 'vulkan/icd.d'));
}
