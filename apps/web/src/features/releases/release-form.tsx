'use client';
/** @file The form of a release: its version, words, terms, galleries and datasheet. */
import {
  Alert,
  Autocomplete,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Radio,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import Link from 'next/link';
import { useState } from 'react';
import { Panel } from '@/components/panel.tsx';
import type { ReleaseFormChoicesQuery } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { formatCounted } from '@/lib/format.ts';
import { sortUserErrors, type UserErrorLike } from '@/lib/user-errors.ts';
import type { ReleaseValues } from './release-values.ts';
import { REACH_WORDS } from './words.ts';

type Team = NonNullable<ReleaseFormChoicesQuery['team']>;

/** What versions and galleries there are. */
export interface ReleaseChoices {
  readonly versions: NonNullable<Team['dataset']>['versions']['edges'];
  readonly galleries: Team['galleries']['edges'];
}

interface ReleaseFormProps {
  readonly initial: ReleaseValues;
  readonly choices: ReleaseChoices;
  /** What the button says. */
  readonly submitLabel: string;
  readonly cancelHref: string;
  /** It has happened, and another page is on its way. */
  readonly isLeaving: boolean;
  /** Resolves to why it did not happen; none where it did. */
  readonly onSubmit: (values: ReleaseValues) => Promise<readonly UserErrorLike[]>;
}

/** Terms that are common for datasets; the check of licences knows more. */
const LICENCES = [
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'CC-BY-NC-SA-4.0',
  'CC0-1.0',
  'CDLA-Permissive-2.0',
  'ODbL-1.0',
  'LicenseRef-Research-Only',
];

const REACHES = ['TEAM', 'PUBLIC'] as const;
const FIELDS = ['versionId', 'semanticVersion', 'title', 'notes', 'licence', 'text', 'galleryIds'];

/** All fields on one page. */
export function ReleaseForm(props: ReleaseFormProps) {
  const { initial, choices, submitLabel, cancelHref, isLeaving, onSubmit } = props;
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm<ReleaseValues>({ initialValues: initial });
  const submit = form.onSubmit(async (values) => {
    setFailure(null);
    setBusy(true);
    try {
      const sorted = sortUserErrors(await onSubmit(values), FIELDS);
      form.setErrors(sorted.fields);
      if (sorted.form.length > 0) setFailure(sorted.form.join(' '));
    } catch (error) {
      setFailure(describeError(error).message);
    } finally {
      setBusy(false);
    }
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap={20} maw={860}>
        <Panel title="What is released">
          <Stack>
            <NativeSelect
              label="Version"
              data={choices.versions.map(({ node }) => ({
                value: node.id,
                label: `Version ${String(node.number)}: ${formatCounted(node.identityCount, 'identity', 'identities')}, ${formatCounted(node.sampleCount, 'image', 'images')}${node.message === '' ? '' : `, ${node.message}`}`,
              }))}
              {...form.getInputProps('versionId')}
            />
            <Group grow align="flex-start" preventGrowOverflow={false}>
              <TextInput label="Title" flex="1 1 260px" {...form.getInputProps('title')} />
              <TextInput
                label="Semantic version"
                description="After all that were published before"
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                flex="0 1 200px"
                {...form.getInputProps('semanticVersion')}
              />
            </Group>
            <Textarea
              label="Notes"
              description="What is new, and what somebody who used the release before has to know; Markdown"
              autosize
              minRows={3}
              {...form.getInputProps('notes')}
            />
          </Stack>
        </Panel>
        <Panel title="Terms">
          <Stack>
            <Autocomplete
              label="Licence"
              description="An SPDX identifier; the check of licences holds it against those of the models"
              data={LICENCES}
              {...form.getInputProps('licence')}
            />
            <Textarea
              label="Text of the terms"
              description="What the licence does not say, or all of it"
              autosize
              minRows={3}
              {...form.getInputProps('text')}
            />
            <Switch
              label="Everybody has to agree to the text before a download"
              checked={form.values.isGated}
              onChange={(event) => form.setFieldValue('isGated', event.currentTarget.checked)}
            />
            <Radio.Group label="For whom" {...form.getInputProps('reach')}>
              <Stack gap={8} mt={6}>
                {REACHES.map((reach) => (
                  <Radio key={reach} value={reach} label={REACH_WORDS[reach]} />
                ))}
              </Stack>
            </Radio.Group>
          </Stack>
        </Panel>
        <Panel
          title="Galleries"
          hint="The images are compared with these: they must show nobody of them."
        >
          <Galleries
            galleries={choices.galleries}
            value={form.values.galleryIds}
            error={form.errors['galleryIds']}
            onChange={(value) => form.setFieldValue('galleryIds', value)}
          />
        </Panel>
        <Panel title="Datasheet" hint="It can be filled in later; the check wants all of it.">
          <Stack>
            {form.values.datasheet.map(({ question, answer }, index) => (
              <Textarea
                key={question}
                label={question}
                autosize
                minRows={2}
                value={answer}
                onChange={(event) =>
                  form.setFieldValue(
                    'datasheet',
                    form.values.datasheet.with(index, {
                      question,
                      answer: event.currentTarget.value,
                    }),
                  )
                }
              />
            ))}
          </Stack>
        </Panel>
        {failure !== null && (
          <Alert color="clay" role="alert">
            {failure}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button component={Link} href={cancelHref} variant="default">
            Cancel
          </Button>
          <Button type="submit" loading={isBusy || isLeaving}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface GalleriesProps {
  readonly galleries: ReleaseChoices['galleries'];
  readonly value: readonly string[];
  readonly error: React.ReactNode;
  readonly onChange: (value: string[]) => void;
}

function Galleries({ galleries, value, error, onChange }: GalleriesProps) {
  const ready = galleries.filter(({ node }) => node.state === 'READY');
  if (ready.length === 0)
    return (
      <Text c="dimmed">
        The team has registered no gallery, so the check for leakage cannot pass. A maintainer can
        register one.
      </Text>
    );
  return (
    <Checkbox.Group aria-label="Galleries" value={[...value]} error={error} onChange={onChange}>
      <Stack gap={8}>
        {ready.map(({ node }) => (
          <Checkbox key={node.id} value={node.id} label={`${node.name}@${node.version}`} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
