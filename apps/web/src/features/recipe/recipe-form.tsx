'use client';
/** @file The form of a new run: preset, parameters, estimate, start. */
import { useMutation } from '@apollo/client/react';
import { Alert, Collapse, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { type FormEvent, useMemo, useReducer, useRef, useState } from 'react';
import { Panel } from '@/components/panel.tsx';
import {
  CreateRecipeDocument,
  CreateRunDocument,
  type NewRunPageQuery,
  type RecipeFieldFragment,
} from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { runPath } from '@/lib/routes.ts';
import { sortUserErrors, type UserErrorLike } from '@/lib/user-errors.ts';
import { budgetProblems } from './budget-check.ts';
import { fittingSets, setProblems } from './fitting-sets.ts';
import { EstimatePanel } from './estimate-panel.tsx';
import { type ChosenModels, ModelChoice } from './model-choice.tsx';
import { ParameterField } from './parameter-field.tsx';
import { PresetCards } from './preset-cards.tsx';
import classes from './recipe.module.css';
import {
  definitionOf,
  isBasic,
  isTaken,
  modelsOf,
  problemsOf,
  type RecipeAction,
  type RecipeState,
  reduceRecipe,
  stateOf,
} from './recipe-values.ts';
import { useEstimate } from './use-estimate.ts';

type Team = NonNullable<NewRunPageQuery['team']>;
type Preset = NewRunPageQuery['recipePresets'][number];

interface RecipeFormProps {
  readonly team: Pick<Team, 'id' | 'slug' | 'models' | 'galleries' | 'covariateSets'>;
  readonly dataset: NonNullable<Team['dataset']>;
  readonly fields: readonly RecipeFieldFragment[];
  readonly presets: readonly [Preset, ...Preset[]];
}

const GROUPS = [
  {
    group: 'IDENTITIES',
    title: 'Identities',
    hint: 'Who is sampled, and from which random numbers.',
  },
  {
    group: 'REFERENCES',
    title: 'References',
    hint: 'How identities are moved apart from each other.',
  },
  {
    group: 'VARIATIONS',
    title: 'Variations',
    hint: 'How different pictures of one identity are made.',
  },
  { group: 'IMAGES', title: 'Images', hint: 'How the pictures are stored.' },
] as const;

/** The whole form. */
export function RecipeForm({ team, dataset, fields, presets }: RecipeFormProps) {
  const first = presets.find((preset) => preset.isRunnable) ?? presets[0];
  const [state, dispatch] = useReducer(
    (current: RecipeState, action: RecipeAction) => reduceRecipe(fields, current, action),
    null,
    () => stateOf(fields, first),
  );
  const [message, setMessage] = useState('');
  const [models, setModels] = useState<ChosenModels | null>(null);
  const [showsAll, setShowsAll] = useState(false);
  const preset = presets.find((each) => each.name === state.preset) ?? first;
  const presetValues = useMemo(() => stateOf(fields, preset).values, [fields, preset]);
  // Somebody's own choice stays when they try another preset.
  const chosen = models ?? modelsOf(preset.definition);
  const definition = { ...definitionOf(fields, state, preset.definition), ...chosen };
  const sets = fittingSets(team, chosen, state);
  const takes = (path: string) => fields.some((each) => each.path === path && isTaken(each, state));
  const own = { ...setProblems(sets, chosen, state, takes), ...problemsOf(fields, state) };
  const isValid = Object.keys(own).length === 0;
  const { estimate, isStale, failure } = useEstimate(team.id, definition, isValid);
  const start = useStart(team, dataset, fields);
  const threshold = state.values['references.parameters.interClassThreshold'];
  const overBudget =
    estimate === null || isStale
      ? {}
      : budgetProblems(dataset.budget, {
          identities: estimate.identities,
          samples: estimate.samples,
          threshold: typeof threshold === 'number' ? threshold : null,
        });
  const problems = { ...start.refused, ...overBudget, ...own };
  const blocking = { ...overBudget, ...own };
  const change = (action: RecipeAction) => {
    start.forget();
    dispatch(action);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (Object.keys(blocking).length > 0) return;
    void start.run({ definition, name: preset.title, message: message.trim() });
  };
  return (
    <form onSubmit={submit} noValidate className={classes.columns}>
      <Stack gap={20}>
        <Panel title="Start from a preset" hint="Every value stays yours to change.">
          <PresetCards
            presets={presets}
            chosen={state.preset}
            onChoose={({ name, definition: chosen }) => {
              change({ type: 'preset', name, definition: chosen });
            }}
          />
        </Panel>
        <ModelChoice
          team={team.slug}
          models={team.models}
          chosen={chosen}
          problems={start.refused}
          onChange={(next) => {
            start.forget();
            setModels(next);
          }}
        />
        <Switch
          label="Show all parameters"
          description="The shown ones are what most people change."
          checked={showsAll}
          onChange={(event) => {
            setShowsAll(event.currentTarget.checked);
          }}
        />
        {GROUPS.map(({ group, title, hint }) => {
          const shown = fields.filter(
            (field) =>
              field.group === group &&
              isTaken(field, state) &&
              (showsAll || isBasic(field.path) || problems[field.path] !== undefined),
          );
          const isVariations = group === 'VARIATIONS';
          if (shown.length === 0 && !isVariations) return null;
          return (
            <Panel
              key={group}
              title={title}
              hint={hint}
              actions={
                isVariations ? (
                  <Switch
                    aria-label="Make variations"
                    checked={state.hasVariations}
                    onChange={(event) => {
                      change({ type: 'variations', has: event.currentTarget.checked });
                    }}
                  />
                ) : undefined
              }
            >
              {shown.length === 0 ? (
                <Text size="sm" c="dimmed">
                  Off: every identity gets one image, its reference.
                </Text>
              ) : (
                <div className={classes.fields}>
                  {shown.map((field) => (
                    <ParameterField
                      key={field.path}
                      field={field}
                      sets={sets[field.path]}
                      value={state.values[field.path] ?? ''}
                      presetValue={presetValues[field.path]}
                      error={problems[field.path]}
                      onChange={(value) => {
                        change({ type: 'value', path: field.path, value });
                      }}
                    />
                  ))}
                </div>
              )}
            </Panel>
          );
        })}
      </Stack>
      <div className={classes.aside}>
        <EstimatePanel
          estimate={estimate}
          isStale={isStale}
          failure={failure}
          budget={dataset.budget}
          problemCount={Object.keys(blocking).length}
          isStarting={start.isStarting}
          message={
            <>
              <TextInput
                label="What is new in this run?"
                description="Becomes the message of the version"
                placeholder="Optional"
                maxLength={200}
                value={message}
                onChange={(event) => {
                  setMessage(event.currentTarget.value);
                }}
              />
              <Collapse expanded={start.failure !== null}>
                <Alert color="clay" role="alert">
                  {start.failure}
                </Alert>
              </Collapse>
            </>
          }
        />
      </div>
    </form>
  );
}

interface StartRequest {
  readonly definition: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly message: string;
}

/** Creates the recipe, then the run, then goes to its page; keeps what the gateway refused, by field. */
function useStart(
  team: Pick<Team, 'id' | 'slug'>,
  dataset: { readonly id: string; readonly slug: string },
  fields: readonly RecipeFieldFragment[],
) {
  const router = useRouter();
  const [createRecipe] = useMutation(CreateRecipeDocument);
  const [createRun] = useMutation(CreateRunDocument, { refetchQueries: ['ShellTeam'] });
  const [isStarting, setStarting] = useState(false);
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  // One key per filled-in form: pressing twice, or again after a lost answer, starts one run.
  const key = useRef<string | null>(null);

  const forget = () => {
    key.current = null;
    setRefused({});
    setFailure(null);
  };
  const refuse = (errors: readonly UserErrorLike[]) => {
    const sorted = sortUserErrors(errors, [
      'generator',
      'recogniser',
      ...fields.map((field) => field.path),
    ]);
    setRefused(sorted.fields);
    setFailure(
      sorted.form.length > 0
        ? sorted.form.join(' ')
        : 'Some values were not accepted; they are marked above.',
    );
  };
  const run = async ({ definition, name, message }: StartRequest) => {
    setFailure(null);
    setStarting(true);
    key.current ??= crypto.randomUUID();
    try {
      const recipe = await createRecipe({
        variables: { input: { teamId: team.id, name, definition } },
      });
      const recipeId = recipe.data?.createRecipe.recipe?.id;
      if (recipeId === undefined) {
        refuse(recipe.data?.createRecipe.userErrors ?? []);
        setStarting(false);
        return;
      }
      const created = await createRun({
        variables: {
          input: { datasetId: dataset.id, recipeId, message, idempotencyKey: key.current },
        },
      });
      const started = created.data?.createRun.run;
      if (!started) {
        refuse(created.data?.createRun.userErrors ?? []);
        setStarting(false);
        return;
      }
      router.push(runPath(team.slug, dataset.slug, started.number));
    } catch (error) {
      setFailure(describeError(error).message);
      setStarting(false);
    }
  };
  return { run, forget, isStarting, refused, failure };
}
