'use client';
/** @file The frame around every page behind sign-in. */
import { useQuery } from '@apollo/client/react';
import { ActionIcon, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconMenu2 } from '@tabler/icons-react';
import { usePathname } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { LogoMark } from '@/components/logo.tsx';
import { ViewerDocument } from '@/generated/graphql.ts';
import { leaveToSignIn } from '@/lib/apollo.ts';
import { Bell } from '../notifications/bell.tsx';
import classes from './shell.module.css';
import { Sidebar } from './sidebar.tsx';
import { useRenamedTeam } from './use-renamed-team.ts';

/** Sidebar (a drawer on narrow screens), skip link, and the page. */
export function WorkspaceShell({ children }: { readonly children: ReactNode }) {
  const { data } = useQuery(ViewerDocument);
  const [isDrawerOpen, drawer] = useDisclosure(false);
  const pathname = usePathname();
  const closeDrawer = drawer.close;
  useEffect(() => {
    closeDrawer();
  }, [pathname, closeDrawer]);
  const isSignedOut = data?.viewer === null;
  useEffect(() => {
    if (isSignedOut) leaveToSignIn();
  }, [isSignedOut]);
  const viewer = data?.viewer ?? null;
  useRenamedTeam(viewer?.teams.map(({ slug }) => slug) ?? null);
  return (
    <div className={classes.shell}>
      <a href="#main" className={classes.skip}>
        Skip to the page
      </a>
      <header className={classes.topbar}>
        <ActionIcon size="lg" aria-label="Open navigation" onClick={drawer.open}>
          <IconMenu2 size={20} stroke={1.6} />
        </ActionIcon>
        <LogoMark size={24} />
        <div className={classes.topbarEnd}>
          <Bell />
        </div>
      </header>
      <aside className={classes.sidebar}>
        <Sidebar viewer={viewer} />
      </aside>
      <Drawer
        opened={isDrawerOpen}
        onClose={drawer.close}
        size={280}
        withCloseButton={false}
        padding={0}
        attributes={{ content: { 'aria-label': 'Navigation' } }}
      >
        <div className={classes.drawer}>
          <Sidebar viewer={viewer} />
        </div>
      </Drawer>
      <main id="main" className={classes.main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
