'use client';
/** @file The presets as cards, one of which is chosen. */
import { Badge, Group, Radio, Text } from '@mantine/core';
import type { RecipePresetCardFragment } from '@/generated/graphql.ts';
import { formatCount } from '@/lib/format.ts';
import classes from './recipe.module.css';
import { readPath } from './recipe-values.ts';

interface PresetCardsProps {
  readonly presets: readonly RecipePresetCardFragment[];
  readonly chosen: string;
  readonly onChoose: (preset: RecipePresetCardFragment) => void;
}

/** A radio group of cards; what cannot run here says why. */
export function PresetCards({ presets, chosen, onChoose }: PresetCardsProps) {
  return (
    <Radio.Group
      aria-label="Preset"
      value={chosen}
      onChange={(name) => {
        const preset = presets.find((each) => each.name === name);
        if (preset !== undefined) onChoose(preset);
      }}
    >
      <div className={classes.presets}>
        {presets.map((preset) => (
          <Radio.Card
            key={preset.name}
            value={preset.name}
            disabled={!preset.isRunnable}
            className={classes.preset}
          >
            <Group gap="sm" wrap="nowrap" align="flex-start">
              <Radio.Indicator mt={2} size="xs" disabled={!preset.isRunnable} />
              <div>
                <Text fw={580}>{preset.title}</Text>
                <Text size="sm" c="dimmed" mt={2}>
                  {preset.description}
                </Text>
                <Group gap={6} mt={8} className="figures">
                  <PresetFigures definition={preset.definition} />
                </Group>
                {!preset.isRunnable && preset.reason !== null && (
                  <Text size="sm" mt={8} className={classes.reason}>
                    {preset.reason}
                  </Text>
                )}
              </div>
            </Group>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}

function PresetFigures({ definition }: { readonly definition: unknown }) {
  const identities = readPath(definition, 'identities');
  const variations = readPath(definition, 'variations.parameters.variations');
  const iterations = readPath(definition, 'references.parameters.iterations');
  return (
    <>
      {typeof identities === 'number' && (
        <Badge color="gray">{formatCount(identities)} identities</Badge>
      )}
      {typeof variations === 'number' && (
        <Badge color="gray">{formatCount(variations)} variations</Badge>
      )}
      {typeof iterations === 'number' && (
        <Badge color="gray">{formatCount(iterations)} iterations</Badge>
      )}
    </>
  );
}
