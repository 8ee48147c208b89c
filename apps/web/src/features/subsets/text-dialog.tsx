'use client';
/** @file A dialog that asks for one line of text and does something with it: save, rename, make a version. */
import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';

interface TextDialogProps {
  readonly title: string;
  readonly label: string;
  readonly hint: ReactNode;
  readonly action: string;
  readonly initial?: string;
  readonly isOptional?: boolean;
  readonly maxLength: number;
  readonly failure: string | null;
  readonly isBusy: boolean;
  readonly onSubmit: (text: string) => void;
  readonly onClose: () => void;
}

/** What was typed stays where the action fails. */
export function TextDialog(props: TextDialogProps) {
  const { title, label, hint, action, initial = '', isOptional = false, maxLength } = props;
  const [text, setText] = useState(initial);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit(text.trim());
  };
  return (
    <Modal opened onClose={props.onClose} title={title}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm" c="dimmed">
            {hint}
          </Text>
          {props.failure !== null && (
            <Alert color="clay" role="alert">
              {props.failure}
            </Alert>
          )}
          <TextInput
            data-autofocus
            label={label}
            maxLength={maxLength}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
            }}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={props.onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              loading={props.isBusy}
              disabled={!isOptional && text.trim() === ''}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
