/** @file A friendly nothing: what would be here, and how to get it. */
import { Box, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
  readonly compact?: boolean;
  /** 1 where the page is nothing but this. @default 2 */
  readonly level?: 1 | 2;
}

/** Icon, title, one or two sentences and at most one action, on a dashed ground. */
export function EmptyState({
  icon,
  title,
  children,
  action,
  compact = false,
  level = 2,
}: EmptyStateProps) {
  return (
    <Box className={classes.root} data-compact={compact || undefined}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <Title order={level} size="h3">
        {title}
      </Title>
      <Text c="dimmed" maw={440} ta="center" component="div">
        {children}
      </Text>
      {action !== undefined && <Box mt={8}>{action}</Box>}
    </Box>
  );
}
