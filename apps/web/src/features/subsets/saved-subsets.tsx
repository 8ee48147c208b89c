'use client';
/** @file The queries that were saved over a version: open, make a version, rename, delete. */
import { useMutation } from '@apollo/client/react';
import { ActionIcon, Alert, Button, Group, Menu, Stack, Text } from '@mantine/core';
import { IconBookmark, IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import { EmptyState } from '@/components/empty-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import {
  DeleteSubsetDocument,
  RenameSubsetDocument,
  type SavedSubsetFragment,
} from '@/generated/graphql.ts';
import { useChange } from '@/lib/use-change.ts';
import { describeQuery } from './describe-query.ts';
import { MakeVersionDialog } from './make-version-dialog.tsx';
import { fromQuery, type QueryState } from './query-state.ts';
import classes from './subsets.module.css';
import { TextDialog } from './text-dialog.tsx';

interface SavedSubsetsProps {
  readonly team: string;
  readonly dataset: string;
  readonly subsets: readonly SavedSubsetFragment[];
  readonly mayChange: boolean;
  readonly onOpen: (state: QueryState) => void;
}

interface Asked {
  readonly subset: SavedSubsetFragment;
  readonly for: 'version' | 'rename' | 'delete';
}

/** The panel. */
export function SavedSubsets({ team, dataset, subsets, mayChange, onOpen }: SavedSubsetsProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => {
    setAsked(null);
  };
  return (
    <Panel
      title="Saved subsets"
      hint="Queries over this version that somebody kept under a name."
      padded={subsets.length === 0}
    >
      {subsets.length === 0 ? (
        <EmptyState compact icon={<IconBookmark size={20} />} title="None yet">
          Set conditions and save the query, and it can be opened again here.
        </EmptyState>
      ) : (
        <ul className={classes.saved} aria-label="Saved subsets">
          {subsets.map((subset) => (
            <li key={subset.id}>
              <div>
                <Text fw={560}>{subset.name}</Text>
                <Text size="sm" c="dimmed">
                  {describeQuery(fromQuery(subset.query))}
                </Text>
                <Text size="xs" c="dimmed">
                  {subset.createdBy === null ? '' : `${subset.createdBy.name} · `}
                  <Moment at={subset.createdAt} />
                </Text>
              </div>
              <Group gap={6}>
                <LineageLink team={team} id={subset.id} of={subset.name} />
                <Button
                  variant="default"
                  size="xs"
                  aria-label={`Open ${subset.name}`}
                  onClick={() => {
                    onOpen(fromQuery(subset.query));
                  }}
                >
                  Open
                </Button>
                {mayChange && <SubsetMenu subset={subset} onAsk={setAsked} />}
              </Group>
            </li>
          ))}
        </ul>
      )}
      {asked?.for === 'version' && (
        <MakeVersionDialog
          team={team}
          dataset={dataset}
          from={{ subsetId: asked.subset.id }}
          onClose={close}
        />
      )}
      {asked?.for === 'rename' && <RenameDialog subset={asked.subset} onClose={close} />}
      {asked?.for === 'delete' && <DeleteDialog subset={asked.subset} onClose={close} />}
    </Panel>
  );
}

function SubsetMenu({
  subset,
  onAsk,
}: {
  readonly subset: SavedSubsetFragment;
  readonly onAsk: (asked: Asked) => void;
}) {
  const item = (what: Asked['for'], word: string) => (
    <Menu.Item
      onClick={() => {
        onAsk({ subset, for: what });
      }}
    >
      {word}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={`More for ${subset.name}`}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {item('version', 'Make a version')}
        {item('rename', 'Rename')}
        {item('delete', 'Delete')}
      </Menu.Dropdown>
    </Menu>
  );
}

interface OneSubsetProps {
  readonly subset: SavedSubsetFragment;
  readonly onClose: () => void;
}

function RenameDialog({ subset, onClose }: OneSubsetProps) {
  const { failure, isBusy, run } = useChange();
  const [renameSubset] = useMutation(RenameSubsetDocument);
  const rename = async (name: string) => {
    const isDone = await run(async () => {
      const { data } = await renameSubset({ variables: { input: { subsetId: subset.id, name } } });
      return data?.renameSubset.userErrors;
    });
    if (isDone) onClose();
  };
  return (
    <TextDialog
      title={`Rename ${subset.name}`}
      label="Name"
      hint="Unique in the dataset. What it selects stays the same."
      action="Rename"
      initial={subset.name}
      maxLength={100}
      failure={failure}
      isBusy={isBusy}
      onSubmit={(name) => void rename(name)}
      onClose={onClose}
    />
  );
}

function DeleteDialog({ subset, onClose }: OneSubsetProps) {
  const { failure, isBusy, run } = useChange();
  const [deleteSubset] = useMutation(DeleteSubsetDocument, {
    refetchQueries: ['QueryPage'],
    awaitRefetchQueries: true,
  });
  const remove = async () => {
    const isDone = await run(async () => {
      const { data } = await deleteSubset({ variables: { input: { subsetId: subset.id } } });
      return data?.deleteSubset.userErrors;
    });
    if (isDone) onClose();
  };
  return (
    <Dialog opened onClose={onClose} title={`Delete ${subset.name}?`}>
      <Stack>
        <Text>
          Versions that were made of it stay, and keep its query. The name becomes free again.
        </Text>
        {failure !== null && (
          <Alert color="clay" role="alert">
            {failure}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button color="clay" loading={isBusy} onClick={() => void remove()}>
            Delete the subset
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
