'use client';
/** @file Asks where a branch begins and how it goes on, then starts it and goes to its page. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Group, Loader, Select, Stack, Text, TextInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import {
  BranchChoicesDocument,
  type BranchChoicesQuery,
  BranchRunDocument,
  CreateRecipeDocument,
} from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { runPath } from '@/lib/routes.ts';
import { sortUserErrors, type UserErrorLike } from '@/lib/user-errors.ts';
import { ParameterField } from '../recipe/parameter-field.tsx';
import recipeClasses from '../recipe/recipe.module.css';
import { readPath, type RecipeValue } from '../recipe/recipe-values.ts';
import { branchFields, changedDefinition, isBranchable } from './branch-values.ts';

/** Stands for the run's own recipe with other values. */
const CHANGED = 'changed';

type AnyRun = Extract<NonNullable<BranchChoicesQuery['node']>, { checkpoints: unknown }>;
/** Imports have no checkpoints, so none is ever branched. */
type Run = AnyRun & { readonly recipe: NonNullable<AnyRun['recipe']> };

interface BranchDialogProps {
  readonly team: string;
  readonly dataset: string;
  readonly runId: string;
  readonly onClose: () => void;
}

/** The dialog; it reads the checkpoints as they are when it opens. */
export function BranchDialog(props: BranchDialogProps) {
  const { data, error } = useQuery(BranchChoicesDocument, {
    variables: { id: props.runId },
    fetchPolicy: 'network-only',
  });
  const node = data?.node && 'checkpoints' in data.node ? data.node : null;
  const run = node !== null && hasRecipe(node) ? node : null;
  return (
    <Dialog opened onClose={props.onClose} title="Branch this run" size="lg">
      {error !== undefined && <Alert color="clay">{describeError(error).message}</Alert>}
      {data === undefined && error === undefined && <Loader size={22} />}
      {run !== null && data !== undefined && (
        <BranchForm {...props} run={run} fields={data.recipeParameters} />
      )}
    </Dialog>
  );
}

function hasRecipe(run: AnyRun): run is Run {
  return run.recipe !== null;
}

function BranchForm({
  team,
  dataset,
  runId,
  onClose,
  run,
  fields,
}: BranchDialogProps & {
  readonly run: Run;
  readonly fields: BranchChoicesQuery['recipeParameters'];
}) {
  const router = useRouter();
  const { definition } = run.recipe;
  const [iteration, setIteration] = useState(String(run.checkpoints.at(-1)?.iteration ?? ''));
  const [recipe, setRecipe] = useState(CHANGED);
  const [changes, setChanges] = useState<Readonly<Record<string, RecipeValue>>>({});
  const [message, setMessage] = useState('');
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [isStarting, setStarting] = useState(false);
  const key = useRef<string | null>(null);
  const [createRecipe] = useMutation(CreateRecipeDocument);
  const [branchRun] = useMutation(BranchRunDocument, { refetchQueries: ['ShellTeam'] });
  const shown = branchFields(fields, definition);
  const others = run.team.recipes.edges
    .map(({ node }) => node)
    .filter((each) => each.id !== run.recipe.id && isBranchable(definition, each.definition));

  const refuse = (errors: readonly UserErrorLike[]) => {
    const sorted = sortUserErrors(errors, [
      'iteration',
      'recipeId',
      ...shown.map(({ path }) => path),
    ]);
    setRefused(sorted.fields);
    setFailure(sorted.form.length === 0 ? null : sorted.form.join(' '));
  };
  const recipeId = async (): Promise<string | null> => {
    if (recipe !== CHANGED) return recipe;
    if (Object.keys(changes).length === 0) return run.recipe.id;
    const { data } = await createRecipe({
      variables: {
        input: {
          teamId: run.team.id,
          name: run.recipe.name,
          definition: changedDefinition(definition, changes),
        },
      },
    });
    const made = data?.createRecipe;
    if (made?.recipe) return made.recipe.id;
    refuse(made?.userErrors ?? []);
    return null;
  };
  const start = async () => {
    setFailure(null);
    setRefused({});
    setStarting(true);
    key.current ??= crypto.randomUUID();
    try {
      const id = await recipeId();
      if (id === null) return;
      const input = {
        runId,
        iteration: Number(iteration),
        recipeId: id,
        message: message.trim(),
        idempotencyKey: key.current,
      };
      const { data } = await branchRun({ variables: { input } });
      const payload = data?.branchRun;
      if (!payload?.run) {
        refuse(payload?.userErrors ?? []);
        return;
      }
      onClose();
      router.push(runPath(team, dataset, payload.run.number));
    } catch (error) {
      setFailure(describeError(error).message);
    } finally {
      setStarting(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void start();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          A new run begins with the references of this one as they were kept, and goes on with other
          values. This run stays as it is.
        </Text>
        {failure !== null && (
          <Alert color="clay" role="alert">
            {failure}
          </Alert>
        )}
        <Select
          data-autofocus
          label="From iteration"
          data={run.checkpoints.map((each) => String(each.iteration))}
          value={iteration}
          allowDeselect={false}
          error={refused['iteration']}
          onChange={(next) => {
            key.current = null;
            setIteration(next ?? iteration);
          }}
        />
        <Select
          label="Go on with"
          data={[
            { value: CHANGED, label: `${run.recipe.name}, with the values below` },
            ...others.map(({ id, name, version }) => ({
              value: id,
              label: `${name}, version ${String(version)}`,
            })),
          ]}
          value={recipe}
          allowDeselect={false}
          error={refused['recipeId']}
          onChange={(next) => {
            key.current = null;
            setRecipe(next ?? CHANGED);
          }}
        />
        {recipe === CHANGED && (
          <div className={recipeClasses.fields}>
            {shown.map((field) => {
              const own = readPath(definition, field.path) as number;
              return (
                <ParameterField
                  key={field.path}
                  field={field}
                  value={changes[field.path] ?? own}
                  presetValue={own}
                  error={refused[field.path]}
                  onChange={(value) => {
                    key.current = null;
                    setChanges((current) => withChange(current, { path: field.path, value, own }));
                  }}
                />
              );
            })}
          </div>
        )}
        <TextInput
          label="What is new in this branch?"
          placeholder="Optional"
          maxLength={200}
          value={message}
          onChange={(event) => {
            setMessage(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isStarting} disabled={iteration === ''}>
            Start the branch
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What is set back to the recipe's own value is no change any more. */
function withChange(
  changes: Readonly<Record<string, RecipeValue>>,
  {
    path,
    value,
    own,
  }: { readonly path: string; readonly value: RecipeValue; readonly own: number },
): Readonly<Record<string, RecipeValue>> {
  const others = Object.entries(changes).filter(([each]) => each !== path);
  return Object.fromEntries(value === own ? others : [...others, [path, value]]);
}
