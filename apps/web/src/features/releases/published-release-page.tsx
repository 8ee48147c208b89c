'use client';
/** @file One published release, as somebody sees it who does not belong to its team. */
import { useQuery } from '@apollo/client/react';
import { Skeleton, Stack, Text } from '@mantine/core';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { Prose } from '@/components/prose.tsx';
import { PublishedReleaseDocument } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { publishedReleasesPath } from '@/lib/routes.ts';
import { DatasheetPanel, TermsView } from './candidate-panels.tsx';
import { DownloadPanel } from './download-panel.tsx';
import { ReleaseStateBadge } from './release-state.tsx';
import { RetractionNotice } from './retraction-notice.tsx';

/** The page at `/releases/<id>`. */
export function PublishedReleasePage({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(PublishedReleaseDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={300} role="status" aria-label="Loading the release" />;
  }
  const release = data.node !== null && 'semanticVersion' in data.node ? data.node : null;
  if (release === null)
    return (
      <NotFoundState
        what="published release"
        backHref={publishedReleasesPath}
        backLabel="All published releases"
      />
    );
  const { terms, publishedAt, retraction, state } = release;
  const isGate = terms.isGated && !release.hasAcceptedTerms && state === 'PUBLISHED';
  return (
    <>
      <PageHeader
        crumbs={[
          { label: 'Published releases', href: publishedReleasesPath },
          { label: `${release.title} ${release.semanticVersion}` },
        ]}
        title={`${release.title} ${release.semanticVersion}`}
        badge={<ReleaseStateBadge state={state} />}
        description={
          publishedAt === null ? undefined : (
            <Text size="sm" c="dimmed" component="div">
              {release.teamName} published it <Moment at={publishedAt} />:{' '}
              {formatCounted(release.identityCount, 'identity', 'identities')},{' '}
              {formatCounted(release.sampleCount, 'image', 'images')}, of the dataset{' '}
              {release.datasetTitle}. Every image was made by a model and shows nobody.
            </Text>
          )
        }
      />
      <Stack gap={20}>
        {retraction !== null && <RetractionNotice retraction={retraction} />}
        {state === 'PUBLISHED' && <DownloadPanel release={release} terms={terms} />}
        {release.notes.trim() !== '' && (
          <Panel title="Notes">
            <Prose text={release.notes} />
          </Panel>
        )}
        {!isGate && (
          <Panel title="Terms">
            <TermsView terms={terms} />
          </Panel>
        )}
        <DatasheetPanel answers={release.datasheet} isReadOnly />
      </Stack>
    </>
  );
}
