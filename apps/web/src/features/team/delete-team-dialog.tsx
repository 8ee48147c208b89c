'use client';
/** @file Asks for the team's address before the team is deleted. */
import { useMutation } from '@apollo/client/react';
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import { DeleteTeamDocument } from '@/generated/graphql.ts';
import { accountPath } from '@/lib/routes.ts';
import { useChange } from '@/lib/use-change.ts';

interface DeleteTeamDialogProps {
  readonly team: { readonly id: string; readonly slug: string; readonly name: string };
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** What follows, and the word that has to be typed. */
export function DeleteTeamDialog({ team, isOpen, onClose }: DeleteTeamDialogProps) {
  const [typed, setTyped] = useState('');
  const { failure, isBusy, run, forget } = useChange();
  const [remove] = useMutation(DeleteTeamDocument);
  const close = () => {
    setTyped('');
    forget();
    onClose();
  };
  const submit = async () => {
    const isDone = await run(async () => {
      const variables = { input: { teamId: team.id, slug: typed.trim() } };
      return (await remove({ variables })).data?.deleteTeam.userErrors;
    });
    // Loaded anew, since nothing of the team may be shown from memory; there it can be brought back.
    if (isDone) window.location.assign(accountPath);
  };
  return (
    <Dialog opened={isOpen} onClose={close} title={`Delete the team ${team.name}?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        noValidate
      >
        <Stack>
          <Text>
            At once nobody sees its datasets any more, and its API keys stop working. All members
            are told. For 30 days an owner can bring it back on the page of their account; then
            everything of it is removed.
          </Text>
          {failure !== null && (
            <Alert color="clay" role="alert">
              {failure}
            </Alert>
          )}
          <TextInput
            label={`Type ${team.slug} to confirm`}
            value={typed}
            autoComplete="off"
            data-autofocus
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close}>
              Keep it
            </Button>
            <Button
              type="submit"
              color="clay"
              loading={isBusy}
              disabled={typed.trim() !== team.slug}
            >
              Delete
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
