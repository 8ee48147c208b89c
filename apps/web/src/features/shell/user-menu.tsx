'use client';
/** @file Who is signed in, the colour scheme, and the way out. */
import { Avatar, Box, Menu, Text, UnstyledButton } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconLogout, IconSelector, IconUserCircle } from '@tabler/icons-react';
import Link from 'next/link';
import { signOut } from '@/lib/auth.ts';
import { accountPath } from '@/lib/routes.ts';
import { ColorSchemeControl } from './color-scheme-control.tsx';
import classes from './shell.module.css';

interface UserMenuProps {
  readonly name: string;
  readonly email: string;
}

/** The button at the foot of the sidebar and its menu. */
export function UserMenu({ name, email }: UserMenuProps) {
  return (
    <Menu width={232} position="top-start" shadow="md">
      <Menu.Target>
        <UnstyledButton className={classes.user}>
          <span className="visually-hidden">Account of</span>
          <Avatar name={name} aria-hidden color="verdigris" size={30} radius="xl" />
          <Box miw={0} flex={1}>
            <Text size="sm" fw={560} truncate>
              {name}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {email}
            </Text>
          </Box>
          <IconSelector size={15} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Colour scheme</Menu.Label>
        <Box px={8} pb={8}>
          <ColorSchemeControl />
        </Box>
        <Menu.Divider />
        <Menu.Item
          component={Link}
          href={accountPath}
          leftSection={<IconUserCircle size={16} stroke={1.6} />}
        >
          Your account
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.6} />}
          onClick={() => {
            signOut().catch(() => {
              notifications.show({
                color: 'clay',
                title: 'You are still signed in',
                message: 'The server could not be reached. Try again in a moment.',
              });
            });
          }}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
