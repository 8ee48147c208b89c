'use client';
/** @file A button that asks before it acts, and says what went wrong. */
import { Alert, Button, type ButtonProps, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import { useChange } from '@/lib/use-change.ts';
import type { UserErrorLike } from '@/lib/user-errors.ts';

interface ActionDialogProps {
  /** What the button says. */
  readonly button: string;
  readonly icon: ReactNode;
  readonly title: string;
  /** What the button of the dialog says. */
  readonly confirm: string;
  readonly variant?: ButtonProps['variant'];
  readonly color?: ButtonProps['color'];
  /** Whether what was filled in is enough. @default true */
  readonly isReady?: boolean;
  /** Whether it cannot be begun now. @default false */
  readonly isDisabled?: boolean;
  readonly act: () => Promise<readonly UserErrorLike[] | undefined>;
  readonly children: ReactNode;
}

/** The button and its dialog, which closes once it has happened. */
export function ActionDialog(props: ActionDialogProps) {
  const { button, icon, title, confirm, act, children } = props;
  const { variant = 'filled', color, isReady = true, isDisabled = false } = props;
  const [isOpen, dialog] = useDisclosure(false);
  const { failure, isBusy, run, forget } = useChange();
  return (
    <>
      <Button
        variant={variant}
        {...(variant === 'filled' && color !== undefined ? { color } : {})}
        leftSection={icon}
        disabled={isDisabled}
        onClick={() => {
          forget();
          dialog.open();
        }}
      >
        {button}
      </Button>
      <Dialog opened={isOpen} onClose={dialog.close} title={title}>
        <Stack>
          {children}
          {failure !== null && (
            <Alert color="clay" role="alert">
              {failure}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={dialog.close}>
              Cancel
            </Button>
            <Button
              {...(color === undefined ? {} : { color })}
              loading={isBusy}
              disabled={!isReady}
              onClick={() =>
                void run(act).then((isDone) => {
                  if (isDone) dialog.close();
                })
              }
            >
              {confirm}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
