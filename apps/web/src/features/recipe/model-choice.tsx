/** @file Which generator and which recogniser a recipe takes, out of those that are ready. */
import { Select, Text } from '@mantine/core';
import Link from 'next/link';
import { Panel } from '@/components/panel.tsx';
import type { NewRunPageQuery } from '@/generated/graphql.ts';
import { modelsPath } from '@/lib/routes.ts';
import classes from './recipe.module.css';

type TeamModel = NonNullable<NewRunPageQuery['team']>['models'][number];

/** References `name@version`; a recipe names its models so. */
export interface ChosenModels {
  readonly generator: string;
  readonly recogniser: string;
}

interface ModelChoiceProps {
  readonly team: string;
  readonly models: readonly TeamModel[];
  readonly chosen: ChosenModels;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (models: ChosenModels) => void;
}

/** Two lists in a panel. */
export function ModelChoice({ team, models, chosen, problems, onChange }: ModelChoiceProps) {
  const ready = models.filter(({ state }) => state === 'READY');
  const optionsOf = (kind: TeamModel['kind'], current: string) => {
    const names = ready.filter((model) => model.kind === kind).map(referenceOf);
    // What a preset names and the team lacks stays visible, so that the refusal can be understood.
    return current === '' || names.includes(current) ? names : [current, ...names];
  };
  return (
    <Panel
      title="Models"
      hint={
        <>
          Those that are ready.{' '}
          <Link href={modelsPath(team)} className={classes.link}>
            All models
          </Link>
        </>
      }
    >
      <div className={classes.fields}>
        <Select
          label="Generator"
          data={optionsOf('GENERATOR', chosen.generator)}
          value={chosen.generator}
          allowDeselect={false}
          error={problems['generator']}
          onChange={(generator) => {
            if (generator !== null) onChange({ ...chosen, generator });
          }}
        />
        <Select
          label="Recogniser"
          data={optionsOf('RECOGNISER', chosen.recogniser)}
          value={chosen.recogniser}
          allowDeselect={false}
          error={problems['recogniser']}
          onChange={(recogniser) => {
            if (recogniser !== null) onChange({ ...chosen, recogniser });
          }}
        />
      </div>
      {ready.length === 0 && (
        <Text size="sm" c="dimmed">
          None is ready yet.
        </Text>
      )}
    </Panel>
  );
}

function referenceOf({ name, version }: TeamModel): string {
  return `${name}@${version}`;
}
