'use client';
/** @file What has changed since somebody reviewed: their candidate beside the release as it is. */
import { useQuery } from '@apollo/client/react';
import { NativeSelect, Skeleton, Text } from '@mantine/core';
import { useState } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import { ReleaseCandidateDocument } from '@/generated/graphql.ts';
import { formatAgo, shortDigest } from '@/lib/format.ts';
import { useNow } from '@/lib/use-now.ts';
import { outdatedReviews } from './candidate-changes.ts';
import { CandidateDifference } from './candidate-difference.tsx';
import { useRelease } from './release-scope.tsx';
import type { ReleaseLiveFragment, ReleaseTeam } from './types.ts';

type Review = ReleaseLiveFragment['reviews'][number];

interface ChangesPanelProps {
  readonly viewerId: string | null;
  /** What the team asks for now. */
  readonly policy: ReleaseTeam['releasePolicy'];
}

/** Nothing where every review is of the release as it is. */
export function ChangesPanel({ viewerId, policy }: ChangesPanelProps) {
  const { release } = useRelease();
  const now = useNow(30_000);
  const [chosen, setChosen] = useState<string | null>(null);
  const reviews = outdatedReviews(release, viewerId);
  const review = reviews.find(({ id }) => id === chosen) ?? reviews[0];
  if (review === undefined) return null;
  return (
    <Panel
      title="What has changed"
      hint={
        reviews.length === 1 ? (
          <>
            Since {wordsOf(review, viewerId)}, <Moment at={review.createdAt} />
          </>
        ) : (
          `${String(reviews.length)} reviews are of an earlier candidate.`
        )
      }
      actions={
        reviews.length > 1 ? (
          <NativeSelect
            label="Since"
            value={review.id}
            data={reviews.map((each) => ({
              value: each.id,
              label: `${wordsOf(each, viewerId)}, ${formatAgo(each.createdAt, now)}`,
            }))}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
        ) : undefined
      }
    >
      <Since key={review.id} review={review} policy={policy} />
    </Panel>
  );
}

function Since({
  review,
  policy,
}: {
  readonly review: Review;
  readonly policy: ReleaseTeam['releasePolicy'];
}) {
  const { release } = useRelease();
  const { candidateDigest: digest, standing } = review;
  const { data, error, refetch } = useQuery(ReleaseCandidateDocument, {
    variables: { id: release.id, digest },
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={120} role="status" aria-label="Comparing with what was reviewed" />;
  }
  const { node } = data;
  const candidate = node !== null && 'candidate' in node ? node.candidate : null;
  if (candidate === null)
    return (
      <Text size="sm" c="dimmed">
        The candidate <code>{shortDigest(digest)}</code> was not kept, so nothing says what differs.
      </Text>
    );
  return <CandidateDifference before={candidate} standing={standing} policy={policy} />;
}

/** "you approved", "Ada asked for changes". */
function wordsOf({ author, decision }: Review, viewerId: string | null): string {
  const isOwn = author !== null && author.id === viewerId;
  const who = isOwn ? 'you' : (author?.name ?? 'somebody who left');
  return `${who} ${decision === 'APPROVE' ? 'approved' : 'asked for changes'}`;
}
