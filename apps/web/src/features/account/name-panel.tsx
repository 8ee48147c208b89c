'use client';
/** @file The name by which others know one. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { Panel } from '@/components/panel.tsx';
import { RenameViewerDocument, ViewerDocument } from '@/generated/graphql.ts';
import { useChange } from '@/lib/use-change.ts';

/** The form; nothing before one's name is known. */
export function NamePanel() {
  const { data, error, refetch } = useQuery(ViewerDocument);
  const name = data?.viewer?.name;
  if (name !== undefined) return <NameForm key={name} name={name} />;
  if (error === undefined) return null;
  return (
    <Panel title="Name">
      <ErrorState error={error} onRetry={() => void refetch()} />
    </Panel>
  );
}

function NameForm({ name }: { readonly name: string }) {
  const [next, setNext] = useState(name);
  const { failure, isBusy, run } = useChange();
  const [rename] = useMutation(RenameViewerDocument);
  const submit = () =>
    run(async () => {
      const variables = { input: { name: next } };
      return (await rename({ variables })).data?.renameViewer.userErrors;
    });
  return (
    <Panel
      title="Name"
      hint="What others see beside what you do. What you did before stays in the audit log under the old one."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        noValidate
      >
        {failure !== null && (
          <Alert color="clay" role="alert" mb={12}>
            {failure}
          </Alert>
        )}
        <Group align="flex-end" gap="sm">
          <TextInput
            label="Your name"
            flex="1 1 220px"
            maw={360}
            value={next}
            autoComplete="name"
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <Button type="submit" loading={isBusy} disabled={next.trim() === name}>
            Change name
          </Button>
        </Group>
      </form>
    </Panel>
  );
}
