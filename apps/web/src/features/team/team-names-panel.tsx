'use client';
/** @file What the team is called, and its end. Owners only. */
import { useMutation } from '@apollo/client/react';
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Panel } from '@/components/panel.tsx';
import { RenameTeamDocument } from '@/generated/graphql.ts';
import { settingsPath } from '@/lib/routes.ts';
import { useChange } from '@/lib/use-change.ts';
import { DeleteTeamDialog } from './delete-team-dialog.tsx';

interface NamedTeam {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** The form of name and address, and the way to the end. */
export function TeamNamesPanel({ team }: { readonly team: NamedTeam }) {
  const router = useRouter();
  const [name, setName] = useState(team.name);
  const [slug, setSlug] = useState(team.slug);
  const [isDeleting, setDeleting] = useState(false);
  const { failure, isBusy, run } = useChange();
  const [rename] = useMutation(RenameTeamDocument, { refetchQueries: ['Viewer'] });
  const isSame = name.trim() === team.name && slug.trim() === team.slug;
  const submit = async () => {
    let renamed: string | undefined;
    const isDone = await run(async () => {
      const variables = { input: { teamId: team.id, name, slug: slug.trim() } };
      const { renameTeam } = (await rename({ variables })).data ?? {};
      renamed = renameTeam?.team?.slug;
      return renameTeam?.userErrors;
    });
    if (isDone && renamed !== undefined && renamed !== team.slug)
      router.replace(settingsPath(renamed));
  };
  return (
    <Panel
      title="Name and address"
      hint="The old address leads here for 90 days, and is given to nobody else before. All members are told."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        noValidate
      >
        <Stack>
          {failure !== null && (
            <Alert color="clay" role="alert">
              {failure}
            </Alert>
          )}
          <Group align="flex-end" gap="sm">
            <TextInput
              label="Name of the team"
              flex="1 1 220px"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label="Part of its address"
              flex="1 1 220px"
              value={slug}
              onChange={(event) => setSlug(event.currentTarget.value)}
            />
            <Button type="submit" loading={isBusy} disabled={isSame}>
              Rename
            </Button>
          </Group>
          <Group justify="space-between" gap="sm">
            <Text size="sm" c="dimmed" flex="1 1 260px">
              A team that is deleted can be brought back for 30 days. Then its datasets, runs and
              models are removed.
            </Text>
            <Button variant="default" onClick={() => setDeleting(true)}>
              Delete the team
            </Button>
          </Group>
        </Stack>
      </form>
      <DeleteTeamDialog team={team} isOpen={isDeleting} onClose={() => setDeleting(false)} />
    </Panel>
  );
}
