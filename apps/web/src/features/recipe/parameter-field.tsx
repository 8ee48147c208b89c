'use client';
/** @file One parameter of the recipe: its name and symbol, input, default, published value, explanation on demand. */
import {
  ActionIcon,
  Group,
  MultiSelect,
  NumberInput,
  Popover,
  SegmentedControl,
  Select,
  Text,
} from '@mantine/core';
import { IconArrowBackUp, IconHelpCircle } from '@tabler/icons-react';
import type { RecipeFieldFragment } from '@/generated/graphql.ts';
import classes from './recipe.module.css';
import {
  describeValue,
  isList,
  isMeanDistances,
  isSame,
  type RecipeValue,
} from './recipe-values.ts';

interface ParameterFieldProps {
  readonly field: RecipeFieldFragment;
  readonly value: RecipeValue;
  /** What the chosen preset says; differing values can be set back to it. */
  readonly presetValue: RecipeValue | undefined;
  /** Sets that the field may name, where it names one. */
  readonly sets?: readonly string[] | undefined;
  readonly error: string | undefined;
  readonly onChange: (value: RecipeValue) => void;
}

const UNITS: Record<string, string> = { radians: 'rad' };
const CHOICE_WORDS: Record<string, string> = {
  langevin: 'Langevin: move apart',
  random: 'Random: as drawn',
  reject: 'Reject: draw until apart',
  repulse: 'Repulse: draw and push away',
  dispersion: 'Dispersion',
  disco: 'DisCo: along covariates',
  covariates: 'Covariates: labelled steps',
  png: 'PNG, lossless',
  jpeg: 'JPEG',
  webp: 'WebP, smallest',
};

/** A labelled input with everything there is to know about the parameter. */
export function ParameterField({
  field,
  value,
  presetValue,
  sets = [],
  error,
  onChange,
}: ParameterFieldProps) {
  const id = `parameter-${field.path}`;
  const isChanged = presetValue !== undefined && !isSame(value, presetValue);
  const isLength = field.unit === 'latent units' || isMeanDistances(presetValue);
  const number = isMeanDistances(value) ? value.meanDistances : value;
  return (
    <div className={classes.field} data-path={field.path}>
      <Group gap={6} wrap="nowrap" className={classes.fieldHead}>
        <label htmlFor={id} className={classes.fieldLabel}>
          {field.label}
          {field.symbol !== null && <span className={classes.symbol}>{field.symbol}</span>}
        </label>
        <Explanation field={field} />
        {isChanged && (
          <ActionIcon
            size={22}
            ml="auto"
            aria-label={`Set ${field.label} back to ${describeValue(presetValue)}`}
            title={`Back to ${describeValue(presetValue)}`}
            onClick={() => {
              onChange(presetValue);
            }}
          >
            <IconArrowBackUp size={14} />
          </ActionIcon>
        )}
      </Group>
      {field.type === 'gallery' || field.type === 'covariates' ? (
        <SetSelect
          id={id}
          isOptional={field.type === 'gallery'}
          value={typeof value === 'string' ? value : ''}
          sets={sets}
          error={error}
          onChange={onChange}
        />
      ) : field.type === 'choices' ? (
        <MultiSelect
          id={id}
          data={[...new Set([...(field.choices ?? []), ...sets, ...(isList(value) ? value : [])])]}
          value={isList(value) ? [...value] : []}
          error={error}
          onChange={onChange}
        />
      ) : field.type === 'choice' ? (
        <Select
          id={id}
          data={(field.choices ?? []).map((choice) => ({
            value: choice,
            label: CHOICE_WORDS[choice] ?? choice,
          }))}
          value={typeof value === 'string' ? value : null}
          error={error}
          allowDeselect={false}
          onChange={(next) => {
            if (next !== null) onChange(next);
          }}
        />
      ) : (
        <NumberInput
          id={id}
          value={typeof number === 'number' ? number : ''}
          allowDecimal={field.type !== 'integer'}
          thousandSeparator={field.path === 'seed' ? '' : ','}
          decimalScale={6}
          step={stepOf(field)}
          hideControls={field.type !== 'integer'}
          suffix={suffixOf(field, value)}
          error={error}
          onChange={(next) => {
            const read = typeof next === 'number' ? next : '';
            onChange(isMeanDistances(value) && read !== '' ? { meanDistances: read } : read);
          }}
        />
      )}
      {isLength && (
        <SegmentedControl
          size="xs"
          mt={6}
          aria-label={`Unit of ${field.label}`}
          value={isMeanDistances(value) ? 'relative' : 'absolute'}
          data={[
            { value: 'relative', label: '× mean distance' },
            { value: 'absolute', label: 'latent units' },
          ]}
          onChange={(unit) => {
            const kept = typeof number === 'number' ? number : 0;
            onChange(unit === 'relative' ? { meanDistances: kept } : kept);
          }}
        />
      )}
      <Text size="xs" c="dimmed" mt={4} className="figures">
        Default {words(field.default)}
        {hasPublished(field) && ` · published ${words(field.published)}`}
      </Text>
    </div>
  );
}

/** Which set of the team; what a preset names and the team lacks stays visible, so that the refusal can be understood. */
function SetSelect({
  id,
  isOptional,
  value,
  sets,
  error,
  onChange,
}: {
  readonly id: string;
  readonly isOptional: boolean;
  readonly value: string;
  readonly sets: readonly string[];
  readonly error: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const options = value === '' || sets.includes(value) ? sets : [value, ...sets];
  return (
    <Select
      id={id}
      data={[...options]}
      value={value === '' ? null : value}
      placeholder={isOptional ? 'None' : 'Choose one'}
      clearable={isOptional}
      allowDeselect={isOptional}
      nothingFoundMessage="None is ready for this model."
      error={error}
      onChange={(next) => {
        onChange(next ?? '');
      }}
    />
  );
}

function Explanation({ field }: { readonly field: RecipeFieldFragment }) {
  return (
    <Popover width={300} position="top" withArrow shadow="md">
      <Popover.Target>
        <ActionIcon size={22} aria-label={`What is ${field.label}?`}>
          <IconHelpCircle size={15} stroke={1.6} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown>
        <Text size="sm">{field.description}</Text>
        {field.minimum !== null && field.maximum !== null && (
          <Text size="xs" c="dimmed" mt={6} className="figures">
            From {describeValue(field.minimum)} to {describeValue(field.maximum)}
            {field.unit === null ? '' : ` ${field.unit}`}
          </Text>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function words(value: unknown): string {
  const described = describeValue(value);
  return CHOICE_WORDS[described] ?? described;
}

function hasPublished(field: RecipeFieldFragment): boolean {
  return (
    field.type !== 'choice' &&
    field.type !== 'choices' &&
    field.published !== null &&
    field.published !== undefined
  );
}

function suffixOf(field: RecipeFieldFragment, value: RecipeValue): string {
  if (isMeanDistances(value)) return ' ×';
  const unit = field.unit === null ? undefined : UNITS[field.unit];
  return unit === undefined ? '' : ` ${unit}`;
}

function stepOf(field: RecipeFieldFragment): number {
  if (field.type === 'integer') return 1;
  return field.unit === 'radians' ? 0.05 : 0.01;
}
