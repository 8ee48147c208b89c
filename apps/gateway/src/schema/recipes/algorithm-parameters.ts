/** @file The parameters of all algorithms of a stage as one list: what several of them share stands there once. */
import type { ParameterInfo, ParameterTable } from '@colloid/sampler/recipe';

import type { RecipeParameterSource } from './catalogue.ts';

type Stage = 'references' | 'variations';

/**
 * Every parameter of the stage's tables, in their order, with the algorithms that take it. A parameter that means the same in two
 * algorithms stands there once; one that differs (in its default or its published value, say) once for each.
 */
export function algorithmParameters(
  stage: Stage,
  tables: Readonly<Record<string, ParameterTable<Record<string, unknown>>>>,
): RecipeParameterSource[] {
  const merged = new Map<string, RecipeParameterSource & { readonly algorithms: string[] }>();
  for (const [algorithm, table] of Object.entries(tables)) {
    for (const info of Object.values<ParameterInfo>(table)) {
      const parameter = fromTable(info, stage);
      const key = JSON.stringify(parameter);
      const known = merged.get(key);
      if (known === undefined) merged.set(key, { ...parameter, algorithms: [algorithm] });
      else known.algorithms.push(algorithm);
    }
  }
  return [...merged.values()];
}

function fromTable(info: ParameterInfo, stage: Stage): RecipeParameterSource {
  const length =
    info.kind === 'length'
      ? ' Also as { "meanDistances": number }: a multiple of the mean distance between random latents.'
      : '';
  return {
    path: `${stage}.parameters.${info.name}`,
    group: stage === 'references' ? 'REFERENCES' : 'VARIATIONS',
    label: toLabel(info.name),
    symbol: info.symbol === '' ? null : info.symbol,
    unit: info.unit === 'none' ? null : info.unit,
    description: `${info.explanation}${length}`,
    type: info.kind === 'integer' ? 'integer' : 'number',
    choices: null,
    algorithms: null,
    minimum: info.minimum,
    maximum: info.maximum,
    default: info.default,
    published: info.published,
  };
}

/** Names that are not simply their words. */
const LABELS: Readonly<Record<string, string>> = { interClassThreshold: 'Inter-class threshold' };

/** `repulsionRadius` → `Repulsion radius`. */
function toLabel(name: string): string {
  const label = LABELS[name];
  if (label !== undefined) return label;
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
