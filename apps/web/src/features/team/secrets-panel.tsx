'use client';
/** @file A list of what has a secret that is shown once, when it is made: API keys, webhooks. */
import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { Panel } from '@/components/panel.tsx';
import { ShowOnce } from './show-once.tsx';
import classes from './team.module.css';

/** What the dialog that makes another one is given; it starts empty each time. */
export interface MakeDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onMade: (secret: string) => void;
}

interface SecretsPanelProps {
  readonly title: string;
  readonly hint: string;
  /** What the button says that makes one. */
  readonly action: string;
  /** What is said where there is none. */
  readonly empty: string;
  readonly once: { readonly title: string; readonly hint: string };
  /** In place of the list: what failed, or where it will be. */
  readonly notice?: ReactNode;
  /** One `li` each; undefined: not known yet. */
  readonly rows: readonly ReactNode[] | undefined;
  readonly dialog: (props: MakeDialogProps) => ReactNode;
}

/** The panel, with its dialogs. */
export function SecretsPanel(props: SecretsPanelProps) {
  const { title, hint, action, empty, once, notice, rows, dialog } = props;
  const [isOpen, { open, close }] = useDisclosure(false);
  const [made, setMade] = useState(0);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <Panel
      title={title}
      hint={hint}
      padded={false}
      actions={
        <Button
          size="xs"
          onClick={() => {
            setMade(made + 1);
            open();
          }}
        >
          {action}
        </Button>
      }
    >
      {notice}
      {rows?.length === 0 && (
        <Text c="dimmed" className={classes.padded}>
          {empty}
        </Text>
      )}
      <ul className={classes.list} aria-label={title}>
        {rows}
      </ul>
      <div key={made}>
        {dialog({
          opened: isOpen,
          onClose: close,
          onMade: (value) => {
            close();
            setSecret(value);
          },
        })}
      </div>
      <ShowOnce {...once} value={secret} onClose={() => setSecret(null)} />
    </Panel>
  );
}
