/** @file The example recipes, from the presets that the web form offers. */
import { findPreset } from '@colloid/sampler/recipe';
import { stringify } from 'yaml';

/** Examples by file name, with the preset each one is. */
export const RECIPE_FILES: Readonly<Record<string, string>> = {
  'recipes/demo.yaml': 'built-in-quick',
  'recipes/standard.yaml': 'built-in-standard',
};

/** The document of an example, every parameter written out. @throws Error when there is no such preset */
export function recipeFile(name: string, presetId: string): string {
  const preset = findPreset(presetId);
  if (preset === undefined) throw new Error(`There is no preset '${presetId}' for docs/${name}.`);
  const { generator, recogniser, identities, references, variations, ...rest } = preset.recipe;
  return `# ${preset.description}
#   ./colloid sample docs/${name} --out my-dataset
# Every parameter is written out; docs/recipes.md explains each. What is left out keeps its default.
# Written from the preset ${presetId} by docs/scripts/generate-tables.ts.
${stringify({ generator, recogniser, identities, ...rest, references, variations })}`;
}
