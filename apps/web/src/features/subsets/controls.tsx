'use client';
/** @file The conditions of a query by controls. */
import {
  ActionIcon,
  Button,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Textarea,
} from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { Panel } from '@/components/panel.tsx';
import type { FacetsFragment, SampleKind, SampleOrder } from '@/generated/graphql.ts';
import { writeOne } from './chosen-identities.ts';
import { EVERYTHING, type QueryState } from './query-state.ts';
import { RangeField } from './range-field.tsx';
import classes from './subsets.module.css';

const ANY_KIND = 'ALL';
const KINDS = [
  { value: ANY_KIND, label: 'All' },
  { value: 'REFERENCE', label: 'References' },
  { value: 'VARIATION', label: 'Variations' },
];
const ORDERS: readonly { readonly value: SampleOrder; readonly label: string }[] = [
  { value: 'ORDINAL', label: 'By identity and number' },
  { value: 'DISTANCE_TO_REFERENCE', label: 'Closest to the reference first' },
  { value: 'QUALITY', label: 'Least quality first' },
  { value: 'RANDOM', label: 'Shuffled by the seed' },
];

interface ControlsProps {
  readonly state: QueryState;
  readonly problems: Readonly<Record<string, string>>;
  readonly onChange: (change: Partial<QueryState>) => void;
  /** Of the whole version, and of what is selected; undefined while they are read. */
  readonly whole: FacetsFragment | undefined;
  readonly now: FacetsFragment | undefined;
  /** Names of covariate directions of the version's runs. */
  readonly directions: readonly string[];
}

/** The panel beside the faces. */
export function Controls(props: ControlsProps) {
  const { state, problems, onChange, whole, now } = props;
  return (
    <Panel
      title="Conditions"
      actions={
        <Button
          variant="subtle"
          size="xs"
          onClick={() => {
            onChange(EVERYTHING);
          }}
        >
          Clear
        </Button>
      }
    >
      <div className={classes.controls}>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label="Kind of samples"
          data={KINDS}
          value={state.kind ?? ANY_KIND}
          onChange={(value) => {
            onChange({ kind: value === ANY_KIND ? null : (value as SampleKind) });
          }}
        />
        <RangeField
          label="θ to the reference"
          description="How much a variation looks like its reference, in radians."
          value={state.theta}
          problem={problems['theta']}
          step={0.01}
          onChange={(theta) => {
            onChange({ theta });
          }}
          {...facet('distanceToReference', whole, now)}
        />
        <RangeField
          label="θ to the nearest identity"
          description="How far the identity is from its nearest other one, in radians."
          value={state.nearest}
          problem={problems['nearest']}
          step={0.01}
          onChange={(nearest) => {
            onChange({ nearest });
          }}
          {...facet('nearestDistance', whole, now)}
        />
        <RangeField
          label="Spread of the identity"
          description="Greatest θ between its reference and a variation, in radians."
          value={state.spread}
          problem={problems['spread']}
          step={0.01}
          onChange={(spread) => {
            onChange({ spread });
          }}
        />
        <RangeField
          label="Quality"
          description="Samples without a measured quality do not match."
          value={state.quality}
          problem={problems['quality']}
          step={0.05}
          onChange={(quality) => {
            onChange({ quality });
          }}
        />
        <RangeField
          label="Number of the image"
          description="In its identity; 0 is the reference."
          value={state.ordinal}
          problem={problems['ordinal']}
          step={1}
          onChange={(ordinal) => {
            onChange({ ordinal });
          }}
        />
        <RangeField
          label="Number of the identity"
          value={state.identity}
          problem={problems['identity']}
          step={1}
          onChange={(identity) => {
            onChange({ identity });
          }}
        />
        {state.only.length > 0 && (
          <Group gap="xs" justify="space-between" wrap="nowrap">
            <span className={classes.hint}>
              Only identities {shortList(state.only.map(writeOne))}
            </span>
            <ActionIcon
              aria-label="Take the chosen identities away"
              onClick={() => {
                onChange({ only: [] });
              }}
            >
              <IconX size={15} />
            </ActionIcon>
          </Group>
        )}
        <Covariates {...props} />
        <Choice {...props} />
        <Textarea
          label="Further conditions"
          description="What no control shows, as the JSON of a SampleWhere."
          placeholder='{ "not": { "imageBytes": { "max": 4000 } } }'
          autosize
          minRows={1}
          maxRows={8}
          value={state.further}
          error={problems['further']}
          onChange={(event) => {
            onChange({ further: event.currentTarget.value });
          }}
        />
      </div>
    </Panel>
  );
}

function Covariates({ state, problems, onChange, directions }: ControlsProps) {
  const free = directions.filter((name) => state.covariates.every((each) => each.name !== name));
  return (
    <>
      {state.covariates.map((covariate) => (
        <Group key={covariate.name} align="flex-start" wrap="nowrap" gap={4}>
          <div className={classes.field} style={{ flex: 1 }}>
            <RangeField
              label={covariate.name}
              value={covariate}
              problem={problems[`covariate:${covariate.name}`]}
              step={0.1}
              onChange={({ min, max }) => {
                const changed = { ...covariate, min, max };
                onChange({
                  covariates: state.covariates.map((each) => (each === covariate ? changed : each)),
                });
              }}
            />
          </div>
          <ActionIcon
            aria-label={`Take the condition on ${covariate.name} away`}
            onClick={() => {
              onChange({ covariates: state.covariates.filter((each) => each !== covariate) });
            }}
          >
            <IconX size={15} />
          </ActionIcon>
        </Group>
      ))}
      {free.length > 0 && (
        <Select
          label="Covariates"
          description="Where a variation was placed along a direction."
          placeholder="Add a direction"
          data={[...free]}
          value={null}
          searchable
          onChange={(name) => {
            if (name === null) return;
            onChange({ covariates: [...state.covariates, { name, min: null, max: null }] });
          }}
        />
      )}
    </>
  );
}

function Choice({ state, problems, onChange }: ControlsProps) {
  const number = (name: 'perIdentity' | 'maxIdentities' | 'limit' | 'seed', label: string) => (
    <NumberInput
      label={label}
      size="xs"
      placeholder={name === 'seed' ? 'first by number' : 'no limit'}
      value={state[name] ?? ''}
      error={problems[name]}
      onChange={(value) => {
        onChange({ [name]: value === '' ? null : Number(value) });
      }}
    />
  );
  return (
    <>
      <div className={classes.ends}>
        {number('perIdentity', 'Of each identity')}
        {number('maxIdentities', 'Identities')}
        {number('limit', 'Samples in all')}
        {number('seed', 'Seed of the draw')}
      </div>
      <Select
        label="Order"
        data={[...ORDERS]}
        value={state.order}
        allowDeselect={false}
        onChange={(order) => {
          onChange({ order: order ?? 'ORDINAL' });
        }}
      />
    </>
  );
}

function facet(
  name: 'distanceToReference' | 'nearestDistance',
  whole: FacetsFragment | undefined,
  now: FacetsFragment | undefined,
) {
  return whole === undefined
    ? {}
    : { histogram: { whole: whole[name], now: now === undefined ? null : now[name] } };
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${String(names.length - 8)} more` : shown;
}
