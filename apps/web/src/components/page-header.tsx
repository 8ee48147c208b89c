'use client';
/** @file What stands at the top of every page: where one is, the title, and what can be done here. */
import { Box, Group, Text, Title } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import Link from 'next/link';
import { Fragment, type ReactNode } from 'react';
import classes from './page-header.module.css';

/** One step of the way to this page; the last one is the page itself and has no address. */
export interface Crumb {
  readonly label: string;
  readonly href?: string;
}

interface PageHeaderProps {
  readonly crumbs: readonly Crumb[];
  readonly title: ReactNode;
  readonly badge?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
}

/** Breadcrumbs, title with an optional badge, one line of description, actions at the right. */
export function PageHeader({ crumbs, title, badge, description, actions }: PageHeaderProps) {
  return (
    <Box component="header" className={classes.root}>
      <Crumbs crumbs={crumbs} />
      <Group justify="space-between" align="flex-start" gap="md" wrap="wrap">
        <Box miw={0} flex="1 1 280px">
          <Group gap="sm" align="center" wrap="wrap">
            <Title order={1}>{title}</Title>
            {badge}
          </Group>
          {description !== undefined && description !== '' && (
            <Text c="dimmed" mt={4} maw={720} component="div">
              {description}
            </Text>
          )}
        </Box>
        {actions !== undefined && (
          <Group gap="xs" wrap="wrap">
            {actions}
          </Group>
        )}
      </Group>
    </Box>
  );
}

function Crumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  return (
    <nav aria-label="Breadcrumbs" className={classes.crumbs}>
      {crumbs.map((crumb, index) => (
        <Fragment key={crumb.href ?? crumb.label}>
          {index > 0 && <IconChevronRight size={13} aria-hidden className={classes.separator} />}
          {crumb.href === undefined ? (
            <span aria-current="page" className={classes.current}>
              {crumb.label}
            </span>
          ) : (
            <Link href={crumb.href} className={classes.crumb}>
              {crumb.label}
            </Link>
          )}
        </Fragment>
      ))}
    </nav>
  );
}
