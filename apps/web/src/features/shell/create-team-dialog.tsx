'use client';
/** @file Asks for the name of a new team. */
import { useMutation } from '@apollo/client/react';
import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import { CreateTeamDocument, ViewerDocument } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { slugify } from '@/lib/format.ts';
import { teamPath } from '@/lib/routes.ts';
import { sortUserErrors } from '@/lib/user-errors.ts';

interface CreateTeamDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** A dialog that creates a team and goes there. */
export function CreateTeamDialog({ opened, onClose }: CreateTeamDialogProps) {
  const router = useRouter();
  const [failure, setFailure] = useState<string | null>(null);
  const [createTeam, { loading }] = useMutation(CreateTeamDocument, {
    refetchQueries: [ViewerDocument],
  });
  const form = useForm({
    initialValues: { name: '', slug: '' },
    validate: {
      name: (value) => (value.trim() === '' ? 'Give the team a name.' : null),
      slug: (value) =>
        slugify(value) === value && value !== ''
          ? null
          : 'Use lower-case letters, digits and single hyphens.',
    },
  });
  const submit = form.onSubmit(async (values) => {
    setFailure(null);
    try {
      const { data } = await createTeam({ variables: { input: values } });
      const payload = data?.createTeam;
      const sorted = sortUserErrors(payload?.userErrors ?? [], ['name', 'slug']);
      form.setErrors(sorted.fields);
      if (sorted.form.length > 0) setFailure(sorted.form.join(' '));
      if (payload?.team) {
        onClose();
        form.reset();
        router.push(teamPath(payload.team.slug));
      }
    } catch (error) {
      setFailure(describeError(error).message);
    }
  });
  return (
    <Dialog opened={opened} onClose={onClose} title="Create a team">
      <form onSubmit={submit} noValidate>
        <Stack>
          {failure !== null && <Alert color="clay">{failure}</Alert>}
          <TextInput
            label="Name"
            placeholder="For example, Vision Group"
            data-autofocus
            {...form.getInputProps('name')}
            onChange={(event) => {
              const { value } = event.currentTarget;
              const follows = form.values.slug === slugify(form.values.name);
              form.setValues(follows ? { name: value, slug: slugify(value) } : { name: value });
            }}
          />
          <TextInput
            label="Address"
            description="Part of every link to this team"
            {...form.getInputProps('slug')}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={loading}>
              Create team
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
