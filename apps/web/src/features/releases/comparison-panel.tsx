'use client';
/** @file What differs from the release before: members, faces, metric by metric. */
import { Text } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import Link from 'next/link';
import { EmptyState } from '@/components/empty-state.tsx';
import { Panel } from '@/components/panel.tsx';
import { releasePath } from '@/lib/routes.ts';
import { useRelease } from './release-scope.tsx';
import classes from './releases.module.css';
import { VersionDifference } from './version-difference.tsx';

/** The panel; it says so where there is nothing to compare with. */
export function ComparisonPanel() {
  const { release, team, dataset } = useRelease();
  const { previousRelease: previous, version } = release;
  if (previous === null || previous.version === null || version === null)
    return (
      <Panel title="Against the release before">
        <EmptyState
          compact
          icon={<IconArrowsDiff size={20} />}
          title={release.publishedAt === null ? 'It would be the first' : 'It is the first'}
        >
          This dataset has published nothing before it.
        </EmptyState>
      </Panel>
    );
  return (
    <Panel
      title="Against the release before"
      hint={
        <Link href={releasePath(team, dataset, previous.number)} className={classes.link}>
          Release {previous.semanticVersion}, of version {previous.versionNumber}
        </Link>
      }
    >
      {previous.version.id === version.id ? (
        <Text>
          Both are of version {release.versionNumber}: the images are the same, only the words
          differ.
        </Text>
      ) : (
        <VersionDifference versionId={version.id} before={previous.version.id} />
      )}
    </Panel>
  );
}
