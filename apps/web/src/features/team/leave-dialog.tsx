'use client';
/** @file Asks before somebody leaves a team, by themselves or not. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';

/** Who is to go. */
export interface Leaving {
  readonly userId: string;
  readonly name: string;
}

interface LeaveDialogProps {
  /** Null: nobody. */
  readonly who: Leaving | null;
  readonly isSelf: boolean;
  readonly isBusy: boolean;
  readonly onClose: () => void;
  readonly onConfirm: (who: Leaving) => void;
}

/** The question, with what follows from a yes. */
export function LeaveDialog({ who, isSelf, isBusy, onClose, onConfirm }: LeaveDialogProps) {
  // While the dialog fades it still says whom it was about.
  const [last, setLast] = useState(who);
  if (who !== null && who !== last) setLast(who);
  const name = last?.name ?? '';
  return (
    <Dialog
      opened={who !== null}
      onClose={onClose}
      title={isSelf ? 'Leave the team?' : `Remove ${name} from the team?`}
      size="sm"
    >
      <Stack>
        <Text>
          {isSelf
            ? 'You no longer see its datasets, and your API keys for it stop working at once. What you made stays. Only an owner can let you in again.'
            : `${name} no longer sees the datasets of the team, and their API keys for it stop working at once. What they made stays. They are told that you removed them.`}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {isSelf ? 'Stay' : 'Keep'}
          </Button>
          <Button
            color="clay"
            loading={isBusy}
            onClick={() => {
              if (who !== null) onConfirm(who);
            }}
          >
            {isSelf ? 'Leave' : 'Remove'}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
