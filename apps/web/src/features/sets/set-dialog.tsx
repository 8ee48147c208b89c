'use client';
/** @file What the dialogs that register a gallery or a covariate set share: the fields, progress, refusals. */
import {
  Alert,
  Button,
  Group,
  Progress,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import type { SetModelFragment } from '@/generated/graphql.ts';
import { formatBytes } from '@/lib/format.ts';
import type { RegisterState } from './use-register.ts';

/** Fields that both dialogs have. */
export interface SetValues {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly licence: string;
}

/** An empty form. */
export const NO_VALUES: SetValues = { name: '', version: '1', description: '', licence: '' };

interface SetDialogProps {
  readonly title: string;
  readonly opened: boolean;
  readonly state: RegisterState;
  readonly values: SetValues;
  readonly isComplete: boolean;
  readonly onChange: (values: SetValues) => void;
  readonly onSubmit: () => void;
  readonly onStop: () => void;
  readonly onClose: () => void;
  /** Files and models. */
  readonly children: ReactNode;
}

/** The dialog around the files and models of a set. */
export function SetDialog(props: SetDialogProps) {
  const { title, opened, state, values, isComplete, onChange, onSubmit, onStop, onClose } = props;
  const errors = state.step === 'failed' ? state.fields : {};
  const isBusy = state.step === 'sending' || state.step === 'registering';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isComplete && !isBusy) onSubmit();
  };
  const change = (part: Partial<SetValues>) => {
    onChange({ ...values, ...part });
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={title} size="lg" closeOnClickOutside={!isBusy}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Problems state={state} />
          {props.children}
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              label="Name"
              description="Lower-case letters, digits, hyphens"
              value={values.name}
              error={errors['name']}
              onChange={(event) => {
                change({ name: event.currentTarget.value });
              }}
            />
            <TextInput
              label="Version"
              description="Recipes name it as name@version"
              value={values.version}
              error={errors['version']}
              onChange={(event) => {
                change({ version: event.currentTarget.value });
              }}
            />
          </SimpleGrid>
          <Textarea
            label="Description"
            placeholder="Where it comes from"
            autosize
            minRows={2}
            maxRows={4}
            value={values.description}
            error={errors['description']}
            onChange={(event) => {
              change({ description: event.currentTarget.value });
            }}
          />
          <TextInput
            label="Licence of the source"
            placeholder="Optional"
            value={values.licence}
            error={errors['licence']}
            onChange={(event) => {
              change({ licence: event.currentTarget.value });
            }}
          />
          {isBusy && <Sending state={state} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={isBusy ? onStop : onClose}>
              {isBusy ? 'Stop' : 'Cancel'}
            </Button>
            <Button type="submit" loading={isBusy} disabled={!isComplete}>
              Register
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** A list of the team's models of one kind that are ready. */
export function ModelSelect(props: {
  readonly label: string;
  readonly description: string;
  readonly kind: SetModelFragment['kind'];
  readonly models: readonly SetModelFragment[];
  readonly value: string | null;
  readonly error: string | undefined;
  readonly onChange: (id: string) => void;
}) {
  const options = props.models
    .filter(({ kind, state }) => kind === props.kind && state === 'READY')
    .map(({ id, name, version }) => ({ value: id, label: `${name}@${version}` }));
  return (
    <Select
      label={props.label}
      description={props.description}
      data={options}
      value={props.value}
      placeholder={options.length === 0 ? 'None is ready yet' : 'Choose one'}
      error={props.error}
      allowDeselect={false}
      onChange={(id) => {
        if (id !== null) props.onChange(id);
      }}
    />
  );
}

/** The only READY model of a kind needs no choosing. */
export function onlyModel(
  models: readonly SetModelFragment[],
  kind: SetModelFragment['kind'],
): string | null {
  const ready = models.filter((model) => model.kind === kind && model.state === 'READY');
  return ready.length === 1 ? (ready[0]?.id ?? null) : null;
}

/** Why what was sent was not taken. */
export function Problems({ state }: { readonly state: RegisterState }) {
  if (state.step !== 'failed' || state.problems.length === 0) return null;
  return (
    <Alert color="clay" role="alert">
      {state.problems.map((problem) => (
        <Text key={problem} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {problem}
        </Text>
      ))}
    </Alert>
  );
}

/** How far an upload is. */
export function Sending({ state }: { readonly state: RegisterState }) {
  const share =
    state.step === 'sending' && state.totalBytes > 0 ? state.sentBytes / state.totalBytes : 1;
  return (
    <div role="status">
      <Progress
        value={share * 100}
        size={6}
        animated={state.step === 'registering'}
        aria-label="Progress of the upload"
      />
      <Text size="sm" c="dimmed" mt={6} className="figures">
        {state.step === 'sending'
          ? `${formatBytes(state.sentBytes)} of ${formatBytes(state.totalBytes)}`
          : 'Registering'}
      </Text>
    </div>
  );
}
