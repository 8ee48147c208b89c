'use client';
/** @file Shows the team one is in, and leads to the others. */
import { Menu, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCheck, IconPlus, IconSelector } from '@tabler/icons-react';
import Link from 'next/link';
import type { Role } from '@/generated/graphql.ts';
import { teamPath } from '@/lib/routes.ts';
import { CreateTeamDialog } from './create-team-dialog.tsx';
import classes from './shell.module.css';

interface TeamSwitchProps {
  readonly teams: readonly {
    readonly id: string;
    readonly slug: string;
    readonly name: string;
    readonly viewerRole: Role;
  }[];
  readonly current: string | null;
}

const ROLE_WORDS: Record<Role, string> = {
  VIEWER: 'You can look around',
  CONTRIBUTOR: 'Contributor',
  REVIEWER: 'Reviewer',
  MAINTAINER: 'Maintainer',
  OWNER: 'Owner',
};

/** The button at the head of the sidebar and its menu. */
export function TeamSwitch({ teams, current }: TeamSwitchProps) {
  const [isOpen, dialog] = useDisclosure(false);
  const team = teams.find((each) => each.slug === current);
  return (
    <>
      <Menu width="target" shadow="md" position="bottom-start">
        <Menu.Target>
          <UnstyledButton className={classes.team}>
            <span className="visually-hidden">Switch team:</span>
            <span className={classes.teamMark} aria-hidden>
              {(team?.name ?? '·').slice(0, 1).toUpperCase()}
            </span>
            <span style={{ minWidth: 0, flex: 1 }}>
              <Text size="sm" fw={600} truncate>
                {team?.name ?? (teams.length === 0 ? 'No team yet' : 'Choose a team')}
              </Text>
              <Text size="xs" c="dimmed" truncate>
                {team === undefined ? ' ' : ROLE_WORDS[team.viewerRole]}
              </Text>
            </span>
            <IconSelector size={15} stroke={1.6} aria-hidden />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Teams</Menu.Label>
          {teams.map((each) => (
            <Menu.Item
              key={each.id}
              component={Link}
              href={teamPath(each.slug)}
              rightSection={
                each.slug === current ? <IconCheck size={15} aria-label="current" /> : null
              }
            >
              {each.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={15} />} onClick={dialog.open}>
            Create a team
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <CreateTeamDialog opened={isOpen} onClose={dialog.close} />
    </>
  );
}
