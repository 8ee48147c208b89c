/** @file The tables of recipe parameters, from the one table that validation and the web form use too. */
import { PARAMETER_TABLE, PRESETS, variationsPerIdentity } from '@colloid/sampler/recipe';
import type { ParameterInfo } from '@colloid/sampler/recipe';

import { markdownTable } from './markdown.ts';

/** The parameters of one algorithm. */
export function parameterTable(algorithm: keyof typeof PARAMETER_TABLE): string {
  const rows = Object.values<ParameterInfo>(PARAMETER_TABLE[algorithm]).map((info) => [
    `\`${info.name}\``,
    info.symbol,
    info.explanation,
    `${range(info)}${info.unit === 'none' ? '' : ` ${info.unit}`}`,
    String(info.default),
    info.published === null ? '' : String(info.published),
  ]);
  return markdownTable(
    ['Parameter', 'Symbol', 'What it does', 'Range', 'Default', 'Published'],
    rows,
  );
}

/** The presets with what they make. */
export function presetTable(): string {
  const rows = PRESETS.map(({ id, title, description, recipe }) => [
    `\`${id}\``,
    title,
    description,
    String(recipe.identities),
    String(variationsPerIdentity(recipe)),
  ]);
  return markdownTable(['Preset', 'Title', 'What it is', 'Identities', 'Variations'], rows);
}

function range({ minimum, maximum, kind, nonZero }: ParameterInfo): string {
  const whole = kind === 'integer' ? 'whole, ' : '';
  return `${whole}${minimum} to ${maximum}${nonZero ? ', not 0' : ''}`;
}
