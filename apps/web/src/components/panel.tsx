/** @file A titled surface: the building block of every page. */
import { Box, Group, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './panel.module.css';

interface PanelProps {
  readonly title?: ReactNode;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** False where the content brings its own edges, such as a list. */
  readonly padded?: boolean;
}

/** A bordered surface with an optional heading row. */
export function Panel({ title, hint, actions, children, padded = true }: PanelProps) {
  return (
    <Box component="section" className={classes.root}>
      {title !== undefined && (
        <Group className={classes.head} justify="space-between" gap="sm" align="flex-start">
          <Box miw={0} flex="1 1 190px">
            <Title order={2}>{title}</Title>
            {hint !== undefined && (
              <Text size="sm" c="dimmed" component="div">
                {hint}
              </Text>
            )}
          </Box>
          {actions !== undefined && <Box flex="none">{actions}</Box>}
        </Group>
      )}
      <Box className={padded ? classes.body : classes.bare}>{children}</Box>
    </Box>
  );
}
