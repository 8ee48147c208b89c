'use client';
/** @file A dialog with a form: what went wrong above its fields, and at its end the way out and the way on. */
import { Alert, Button, Group, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Dialog } from './dialog.tsx';

interface FormDialogProps {
  readonly title: string;
  readonly opened?: boolean;
  /** What the button does that sends the form. */
  readonly action: string;
  readonly failure: string | null;
  readonly isBusy: boolean;
  /** False: something is missing still. */
  readonly isComplete?: boolean;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** What was filled in stays where the action fails. */
export function FormDialog(props: FormDialogProps) {
  const { title, opened = true, action, failure, isBusy, isComplete = true } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isComplete && !isBusy) props.onSubmit();
  };
  return (
    <Dialog opened={opened} onClose={props.onClose} title={title}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {failure !== null && (
            <Alert color="clay" role="alert">
              {failure}
            </Alert>
          )}
          {props.children}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy} disabled={!isComplete}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
