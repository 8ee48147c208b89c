'use client';
/** @file Cancels a run, after asking. */
import { useMutation } from '@apollo/client/react';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import { CancelRunDocument } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';

/** The button and its question. */
export function CancelRun({ runId }: { readonly runId: string }) {
  const [isOpen, dialog] = useDisclosure(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [cancelRun, { loading }] = useMutation(CancelRunDocument);
  const confirm = async () => {
    setFailure(null);
    try {
      const { data } = await cancelRun({ variables: { input: { runId } } });
      const errors = data?.cancelRun.userErrors ?? [];
      if (errors.length > 0) setFailure(errors.map((each) => each.message).join(' '));
      else dialog.close();
    } catch (error) {
      setFailure(describeError(error).message);
    }
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={16} />}
        onClick={() => {
          setFailure(null);
          dialog.open();
        }}
      >
        Cancel run
      </Button>
      <Dialog opened={isOpen} onClose={dialog.close} title="Cancel this run?" size="sm">
        <Stack>
          <Text>
            It stops within a few seconds. What it has computed is not made into a version, and what
            it reserved goes back to the budget. This cannot be undone.
          </Text>
          {failure !== null && <Alert color="clay">{failure}</Alert>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={dialog.close} data-autofocus>
              Keep running
            </Button>
            <Button color="clay" loading={loading} onClick={() => void confirm()}>
              Cancel the run
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
