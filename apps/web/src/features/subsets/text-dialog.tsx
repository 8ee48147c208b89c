'use client';
/** @file A dialog that asks for one line of text and does something with it: save, rename, make a version. */
import { Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { FormDialog } from '@/components/form-dialog.tsx';

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
  return (
    <FormDialog
      title={title}
      action={action}
      failure={props.failure}
      isBusy={props.isBusy}
      isComplete={isOptional || text.trim() !== ''}
      onSubmit={() => {
        props.onSubmit(text.trim());
      }}
      onClose={props.onClose}
    >
      <Text size="sm" c="dimmed">
        {hint}
      </Text>
      <TextInput
        data-autofocus
        label={label}
        maxLength={maxLength}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
        }}
      />
    </FormDialog>
  );
}
