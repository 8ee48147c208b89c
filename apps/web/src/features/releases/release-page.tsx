'use client';
/** @file One release: its way, its checks, its review, its publication. A reviewer finds everything on this page. */
import { Alert, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import Link from 'next/link';
import { CopyText } from '@/components/copy-text.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { formatCounted, shortDigest } from '@/lib/format.ts';
import { hasRole } from '@/lib/roles.ts';
import { datasetPath, teamPath, versionPath } from '@/lib/routes.ts';
import { DatasheetPanel, NotesPanel, TermsPanel } from './candidate-panels.tsx';
import { ChangesPanel } from './changes-panel.tsx';
import { ChecksPanel } from './checks-panel.tsx';
import { ComparisonPanel } from './comparison-panel.tsx';
import { DiscussionPanel } from './discussion-panel.tsx';
import { DownloadPanel } from './download-panel.tsx';
import { DownloadsRecord } from './downloads-record.tsx';
import { ReleaseActions } from './release-actions.tsx';
import { isAllowed, ReleaseScope } from './release-scope.tsx';
import { ReleaseStateBadge, ReleaseSteps } from './release-state.tsx';
import classes from './releases.module.css';
import { RetractionNotice } from './retraction-notice.tsx';
import { ReviewPanel } from './review-panel.tsx';
import { SamplesPanel } from './samples-panel.tsx';
import type { ReleaseLiveFragment } from './types.ts';
import { useLiveRelease } from './use-live-release.ts';

interface ReleasePageProps {
  readonly team: string;
  readonly dataset: string;
  readonly number: number;
}

/** The page at `…/releases/<number>`. */
export function ReleasePage({ team: teamSlug, dataset: datasetSlug, number }: ReleasePageProps) {
  const { data, error, refetch } = useLiveRelease(teamSlug, datasetSlug, number);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={refetch} />;
    return <ReleaseSkeleton />;
  }
  const { team } = data;
  const dataset = team?.dataset ?? null;
  const release = dataset?.release ?? null;
  if (team === null || dataset === null || release === null)
    return (
      <NotFoundState
        what="release"
        backHref={datasetPath(teamSlug, datasetSlug)}
        backLabel="To the dataset"
      />
    );
  const isPublished = release.state === 'PUBLISHED';
  return (
    <ReleaseScope value={{ team: teamSlug, dataset: datasetSlug, release }}>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(teamSlug) },
          { label: dataset.title, href: datasetPath(teamSlug, datasetSlug) },
          { label: `Release ${String(number)}` },
        ]}
        title={`${release.title} ${release.semanticVersion}`}
        badge={<ReleaseStateBadge state={release.state} />}
        description={<Provenance team={teamSlug} dataset={datasetSlug} release={release} />}
        actions={
          <>
            <LineageLink team={teamSlug} id={release.id} />
            <ReleaseActions members={team.members} />
          </>
        }
      />
      <Stack gap={20}>
        {release.retraction !== null && <RetractionNotice retraction={release.retraction} />}
        <Standing release={release} />
        {isPublished && <DownloadPanel release={release} terms={release.terms} />}
        <div className={classes.columns}>
          <div className={classes.column}>
            <ChangesPanel viewerId={data.viewer?.id ?? null} policy={team.releasePolicy} />
            <ChecksPanel canRun={isAllowed(release, 'RUN_CHECKS')} />
            <SamplesPanel />
            <ComparisonPanel />
            <NotesPanel />
            <TermsPanel />
            <DatasheetPanel answers={release.datasheet} />
          </div>
          <div className={classes.side}>
            <ReviewPanel />
            <DiscussionPanel />
            {release.publishedAt !== null && hasRole(team.viewerRole, 'MAINTAINER') && (
              <DownloadsRecord releaseId={release.id} />
            )}
          </div>
        </div>
      </Stack>
    </ReleaseScope>
  );
}

function Provenance({
  team,
  dataset,
  release,
}: {
  readonly team: string;
  readonly dataset: string;
  readonly release: ReleaseLiveFragment;
}) {
  const { versionNumber, author, publishedAt, publishedBy } = release;
  return (
    <Text size="sm" c="dimmed" component="div" className={classes.provenance}>
      <span>
        <Link href={versionPath(team, dataset, versionNumber)} className={classes.link}>
          Version {versionNumber}
        </Link>
        , {formatCounted(release.identityCount, 'identity', 'identities')},{' '}
        {formatCounted(release.sampleCount, 'image', 'images')} · proposed by{' '}
        {author?.name ?? 'somebody who left'} <Moment at={release.createdAt} />
        {publishedAt !== null && (
          <>
            {' '}
            · published by {publishedBy?.name ?? 'somebody who left'} <Moment at={publishedAt} />
          </>
        )}
      </span>
      <CopyText
        value={release.candidateDigest}
        label={`Copy the candidate’s digest, ${shortDigest(release.candidateDigest)}…`}
      >
        <code>{shortDigest(release.candidateDigest)}</code>
      </CopyText>
    </Text>
  );
}

/** Where it stands, and what keeps it there. */
function Standing({ release }: { readonly release: ReleaseLiveFragment }) {
  return (
    <section aria-label="Where it stands" className={classes.standing}>
      <ReleaseSteps state={release.state} />
      {release.blockers.length > 0 && (
        <Alert
          color="amber"
          icon={<IconAlertTriangle size={18} />}
          title="What is missing before the next step"
        >
          <ul className={classes.blockers}>
            {release.blockers.map((blocker) => (
              <li key={blocker}>{blocker}</li>
            ))}
          </ul>
        </Alert>
      )}
    </section>
  );
}

function ReleaseSkeleton() {
  return (
    <div role="status" aria-label="Loading the release">
      <Skeleton h={16} w={240} mb={12} />
      <Skeleton h={30} w={320} mb={28} />
      <Stack gap={20}>
        <Skeleton h={96} />
        <div className={classes.columns}>
          <div className={classes.column}>
            <Skeleton h={420} />
            <Skeleton h={280} />
          </div>
          <Skeleton h={280} />
        </div>
      </Stack>
    </div>
  );
}
