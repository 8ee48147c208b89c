/** @file What a team sees before its first dataset: the three steps from nothing to faces. */
import { Box, Text, Title } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconFolderPlus, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './datasets.module.css';

const STEPS = [
  {
    Icon: IconFolderPlus,
    title: 'Create a dataset',
    text: 'Give it a name. It will hold every version you make, and where each one came from.',
  },
  {
    Icon: IconAdjustmentsHorizontal,
    title: 'Set its identity budget',
    text: 'How many people it may hold, how many images, and how far apart two people must be.',
  },
  {
    Icon: IconPlayerPlay,
    title: 'Start a run',
    text: 'Pick a recipe and watch the faces move apart. The result becomes version 1.',
  },
] as const;

/** Numbered steps and the first action. */
export function FirstSteps({ action }: { readonly action: ReactNode }) {
  return (
    <Box className={classes.first}>
      <Title order={2} fz="1.25rem">
        From nothing to a dataset in three steps
      </Title>
      <Text c="dimmed" maw={560}>
        Colloid samples faces of people who do not exist, keeps them clearly apart from each other,
        and versions what came out.
      </Text>
      <ol className={classes.steps}>
        {STEPS.map(({ Icon, title, text }, index) => (
          <li key={title} className={classes.step}>
            <span className={classes.stepIcon} aria-hidden>
              <Icon size={20} stroke={1.6} />
            </span>
            <Text size="xs" c="dimmed" fw={560}>
              Step {index + 1}
            </Text>
            <Title order={3}>{title}</Title>
            <Text size="sm" c="dimmed">
              {text}
            </Text>
          </li>
        ))}
      </ol>
      {action}
    </Box>
  );
}
