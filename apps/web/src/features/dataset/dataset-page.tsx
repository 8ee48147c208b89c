'use client';
/** @file One dataset: header, budget, versions, releases, runs. */
import { useQuery } from '@apollo/client/react';
import { Badge, Button, Group, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconLock, IconPlayerPlay, IconUpload, IconUsers, IconWorld } from '@tabler/icons-react';
import Link from 'next/link';
import { useEffect } from 'react';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { isActive } from '@/components/run-state.tsx';
import { ImportDialog } from '@/features/imports/import-dialog.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { DatasetReleasesPanel } from '@/features/releases/releases-panel.tsx';
import { DatasetPageDocument, type Visibility } from '@/generated/graphql.ts';
import { may } from '@/lib/roles.ts';
import { newRunPath, teamPath, versionPath } from '@/lib/routes.ts';
import { BudgetPanel } from './budget-panel.tsx';
import classes from './dataset.module.css';
import { RunsPanel } from './runs-panel.tsx';
import { VersionsPanel } from './versions-panel.tsx';

const POLL_WHILE_RUNNING_MS = 4000;

const VISIBILITY: Record<Visibility, { readonly word: string; readonly Icon: typeof IconLock }> = {
  PRIVATE: { word: 'Private', Icon: IconLock },
  TEAM: { word: 'Team', Icon: IconUsers },
  PUBLIC: { word: 'Public', Icon: IconWorld },
};

interface DatasetPageProps {
  readonly team: string;
  readonly dataset: string;
}

/** The page at `/t/<team>/d/<dataset>`. */
export function DatasetPage({ team: teamSlug, dataset: datasetSlug }: DatasetPageProps) {
  const { data, error, refetch, startPolling, stopPolling } = useQuery(DatasetPageDocument, {
    variables: { team: teamSlug, dataset: datasetSlug },
    fetchPolicy: 'cache-and-network',
  });
  const [isImporting, dialog] = useDisclosure(false);
  const isRunning =
    data?.team?.dataset?.runs.edges.some((edge) => isActive(edge.node.state)) ?? false;
  useEffect(() => {
    if (!isRunning) return;
    startPolling(POLL_WHILE_RUNNING_MS);
    return stopPolling;
  }, [isRunning, startPolling, stopPolling]);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <DatasetSkeleton />;
  }
  const { team } = data;
  const dataset = team?.dataset ?? null;
  if (team === null || dataset === null)
    return <NotFoundState what="dataset" backHref={teamPath(teamSlug)} backLabel="All datasets" />;
  const { word, Icon } = VISIBILITY[dataset.visibility];
  const start = may(team.viewerRole, 'startRun') ? (
    <Button
      component={Link}
      href={newRunPath(teamSlug, datasetSlug)}
      leftSection={<IconPlayerPlay size={16} />}
    >
      New run
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader
        crumbs={[{ label: team.name, href: teamPath(teamSlug) }, { label: dataset.title }]}
        title={dataset.title}
        badge={
          <Badge color="gray" leftSection={<Icon size={13} stroke={1.8} />}>
            {word}
          </Badge>
        }
        description={
          <>
            {dataset.description !== '' && <Text>{dataset.description}</Text>}
            <Group gap="xs" mt={4}>
              <Text size="sm" c="dimmed">
                {dataset.createdBy === null ? 'Created ' : `${dataset.createdBy.name} created it `}
                <Moment at={dataset.createdAt} />
              </Text>
              {dataset.tags.map((tag) => (
                <Badge key={tag} variant="default" size="sm">
                  {tag}
                </Badge>
              ))}
            </Group>
          </>
        }
        actions={
          <>
            <LineageLink team={teamSlug} id={dataset.id} />
            {may(team.viewerRole, 'startRun') && (
              <Button
                variant="default"
                leftSection={<IconUpload size={16} />}
                onClick={dialog.open}
              >
                Import images
              </Button>
            )}
            {start}
          </>
        }
      />
      {isImporting && <ImportDialog team={team} dataset={dataset} onClose={dialog.close} />}
      {dataset.coverImages.length > 0 && dataset.latestVersion !== null && (
        <Link
          href={versionPath(teamSlug, datasetSlug, dataset.latestVersion.number)}
          className={classes.strip}
          aria-label={`Faces of version ${String(dataset.latestVersion.number)}`}
        >
          {dataset.coverImages.map((src) => (
            <FaceImage key={src} src={src} alt="" loading="eager" />
          ))}
        </Link>
      )}
      <div className={classes.columns}>
        <div className={classes.column}>
          <VersionsPanel team={teamSlug} dataset={dataset} role={team.viewerRole} />
          <DatasetReleasesPanel team={teamSlug} dataset={datasetSlug} />
          <RunsPanel team={teamSlug} dataset={dataset} start={start} />
        </div>
        <BudgetPanel
          scope={{ datasetId: dataset.id }}
          budget={dataset.budget}
          role={team.viewerRole}
        />
      </div>
    </>
  );
}

function DatasetSkeleton() {
  return (
    <div role="status" aria-label="Loading the dataset">
      <Skeleton h={16} w={180} mb={12} />
      <Skeleton h={30} w={280} mb={12} />
      <Skeleton h={16} w={420} maw="100%" mb={28} />
      <Skeleton h={72} mb={20} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Skeleton h={260} />
          <Skeleton h={260} />
        </div>
        <Skeleton h={240} />
      </div>
    </div>
  );
}
