'use client';
/** @file Asks for what a new dataset needs, and goes there. */
import { useMutation } from '@apollo/client/react';
import { Alert, Button, Group, Select, Stack, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import { CreateDatasetDocument, type Visibility } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { slugify } from '@/lib/format.ts';
import { datasetPath } from '@/lib/routes.ts';
import { sortUserErrors } from '@/lib/user-errors.ts';

interface CreateDatasetDialogProps {
  readonly team: { readonly id: string; readonly slug: string; readonly name: string };
  readonly opened: boolean;
  readonly onClose: () => void;
}

const VISIBILITIES: readonly { readonly value: Visibility; readonly label: string }[] = [
  { value: 'PRIVATE', label: 'Private: only you and maintainers' },
  { value: 'TEAM', label: 'Team: every member' },
  { value: 'PUBLIC', label: 'Public: everyone who can reach this server' },
];

interface Values {
  title: string;
  slug: string;
  description: string;
  tags: string[];
  visibility: Visibility;
}

/** The dialog behind "New dataset". */
export function CreateDatasetDialog({ team, opened, onClose }: CreateDatasetDialogProps) {
  const router = useRouter();
  const [failure, setFailure] = useState<string | null>(null);
  const [createDataset, { loading }] = useMutation(CreateDatasetDocument, {
    refetchQueries: ['ShellTeam', 'TeamDatasets'],
  });
  const form = useForm<Values>({
    initialValues: { title: '', slug: '', description: '', tags: [], visibility: 'TEAM' },
    validate: {
      title: (value) => (value.trim() === '' ? 'Give the dataset a title.' : null),
      slug: (value) =>
        value !== '' && slugify(value) === value
          ? null
          : 'Use lower-case letters, digits and single hyphens.',
    },
  });
  const submit = form.onSubmit(async (values) => {
    setFailure(null);
    try {
      const { data } = await createDataset({
        variables: { input: { teamId: team.id, ...values } },
      });
      const payload = data?.createDataset;
      const sorted = sortUserErrors(payload?.userErrors ?? [], Object.keys(form.values));
      form.setErrors(sorted.fields);
      if (sorted.form.length > 0) setFailure(sorted.form.join(' '));
      if (payload?.dataset) {
        onClose();
        router.push(datasetPath(team.slug, payload.dataset.slug));
      }
    } catch (error) {
      setFailure(describeError(error).message);
    }
  });
  return (
    <Dialog opened={opened} onClose={onClose} title="New dataset" size="md">
      <form onSubmit={submit} noValidate>
        <Stack>
          {failure !== null && <Alert color="clay">{failure}</Alert>}
          <TextInput
            label="Title"
            placeholder="For example, Studio Hundred"
            data-autofocus
            {...form.getInputProps('title')}
            onChange={(event) => {
              const { value } = event.currentTarget;
              const follows = form.values.slug === slugify(form.values.title);
              form.setValues(follows ? { title: value, slug: slugify(value) } : { title: value });
            }}
          />
          <TextInput
            label="Address"
            description={`Part of every link: /t/${team.slug}/d/…`}
            {...form.getInputProps('slug')}
          />
          <Textarea
            label="Description"
            placeholder="What it is for"
            autosize
            minRows={2}
            maxRows={5}
            {...form.getInputProps('description')}
          />
          <TagsInput
            label="Tags"
            placeholder="Type and press Enter"
            {...form.getInputProps('tags')}
          />
          <Select
            label="Who may see it"
            data={VISIBILITIES}
            allowDeselect={false}
            {...form.getInputProps('visibility')}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={loading}>
              Create dataset
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
