'use client';
/** @file The tags of a version: names that no other version of the dataset has. */
import { useMutation } from '@apollo/client/react';
import { ActionIcon, Badge, Button, Group, Popover, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTag, IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { TagVersionDocument, UntagVersionDocument } from '@/generated/graphql.ts';
import { useChange } from '@/lib/use-change.ts';

interface VersionTagsProps {
  readonly version: {
    readonly id: string;
    readonly number: number;
    readonly tags: readonly string[];
  };
  readonly mayChange: boolean;
}

/** Badges; with buttons for those who may change them. */
export function VersionTags({ version, mayChange }: VersionTagsProps) {
  const { failure, isBusy, run } = useChange();
  const [untagVersion] = useMutation(UntagVersionDocument);
  const take = (name: string) =>
    run(async () => {
      const { data } = await untagVersion({
        variables: { input: { versionId: version.id, name } },
      });
      return data?.untagVersion.userErrors;
    });
  if (version.tags.length === 0 && !mayChange) return null;
  return (
    <Group gap={6} role="group" aria-label={`Tags of version ${String(version.number)}`}>
      {version.tags.map((name) => (
        <Badge
          key={name}
          variant="default"
          size="lg"
          h={28}
          leftSection={<IconTag size={12} aria-hidden />}
          rightSection={
            mayChange ? (
              <ActionIcon
                size={24}
                aria-label={`Take the tag ${name} away`}
                disabled={isBusy}
                onClick={() => void take(name)}
              >
                <IconX size={11} />
              </ActionIcon>
            ) : undefined
          }
        >
          {name}
        </Badge>
      ))}
      {mayChange && <AddTag version={version} />}
      {failure !== null && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {failure}
        </Text>
      )}
    </Group>
  );
}

function AddTag({ version }: Pick<VersionTagsProps, 'version'>) {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState('');
  const { failure, isBusy, run, forget } = useChange();
  const [tagVersion] = useMutation(TagVersionDocument);
  const add = async () => {
    const isDone = await run(async () => {
      const input = { versionId: version.id, name: name.trim() };
      const { data } = await tagVersion({ variables: { input } });
      return data?.tagVersion.userErrors;
    });
    if (!isDone) return;
    setName('');
    setOpen(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void add();
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} trapFocus returnFocus position="bottom-start">
      <Popover.Target>
        <Button
          size="compact-xs"
          h={28}
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={13} />}
          aria-label={`Tag version ${String(version.number)}`}
          onClick={() => {
            forget();
            setOpen(!isOpen);
          }}
        >
          Tag
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit} noValidate>
          <Group align="flex-end" gap="xs" wrap="nowrap">
            <TextInput
              label="Tag"
              size="xs"
              placeholder="v1.0"
              maxLength={64}
              value={name}
              error={failure}
              w={200}
              onChange={(event) => {
                setName(event.currentTarget.value);
              }}
            />
            <Button size="xs" type="submit" loading={isBusy} disabled={name.trim() === ''}>
              Add
            </Button>
          </Group>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
