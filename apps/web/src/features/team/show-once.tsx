'use client';
/** @file Something that is shown once and cannot be had again: an address or a secret. */
import { Group, Stack, Text } from '@mantine/core';
import { CopyText } from '@/components/copy-text.tsx';
import classes from './team.module.css';
import { Dialog } from '@/components/dialog.tsx';

interface ShowOnceProps {
  readonly title: string;
  readonly hint: string;
  /** Null: nothing to show. */
  readonly value: string | null;
  readonly onClose: () => void;
}

/** A dialog with the value and a button that copies it. */
export function ShowOnce({ title, hint, value, onClose }: ShowOnceProps) {
  return (
    <Dialog opened={value !== null} onClose={onClose} title={title} size="lg">
      <Stack>
        <Text>{hint}</Text>
        <code className={classes.secret} data-testid="shown-once">
          {value}
        </code>
        <Group justify="flex-end">
          <CopyText value={value ?? ''} label="Copy">
            Copy
          </CopyText>
        </Group>
      </Stack>
    </Dialog>
  );
}

/** A path of this server as an address that can be handed on. */
export function asAddress(path: string): string {
  return new URL(path, window.location.origin).href;
}
