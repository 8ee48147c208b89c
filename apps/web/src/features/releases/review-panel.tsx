'use client';
/** @file Saying yes or no to a candidate, and who has said what. */
import { useMutation } from '@apollo/client/react';
import { Alert, Badge, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { IconCheck, IconClock, IconPencilExclamation } from '@tabler/icons-react';
import { useState } from 'react';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import { Prose } from '@/components/prose.tsx';
import { type ReleaseDecision, ReviewReleaseDocument } from '@/generated/graphql.ts';
import { formatCounted, shortDigest } from '@/lib/format.ts';
import { useChange } from '@/lib/use-change.ts';
import { isAllowed, useRelease } from './release-scope.tsx';
import lists from './lists.module.css';
import classes from './releases.module.css';
import type { ReleaseLiveFragment } from './types.ts';

/** The form where one may review, and all reviews. */
export function ReviewPanel() {
  const { release } = useRelease();
  const waiting = release.requestedReviewers.filter(
    ({ id }) => !release.reviews.some(({ author, isVoid }) => author?.id === id && !isVoid),
  );
  const isOpen = ['IN_REVIEW', 'CHANGES_REQUESTED', 'APPROVED'].includes(release.state);
  return (
    <Panel
      title="Review"
      hint={`${String(release.approvalsGiven)} of ${formatCounted(release.approvalsNeeded, 'approval', 'approvals')} given`}
    >
      <Stack gap={16}>
        {isAllowed(release, 'REVIEW') && <ReviewForm release={release} />}
        {release.reviews.length === 0 && waiting.length === 0 && (
          <Text size="sm" c="dimmed">
            Nobody has reviewed it yet.
          </Text>
        )}
        <ul className={lists.reviews} aria-label="Reviews">
          {isOpen &&
            waiting.map(({ id, name }) => (
              <li key={id}>
                <IconClock size={16} aria-hidden />
                <Text size="sm">Waiting for {name}</Text>
              </li>
            ))}
          {release.reviews.toReversed().map((review) => (
            <Review key={review.id} review={review} candidateDigest={release.candidateDigest} />
          ))}
        </ul>
      </Stack>
    </Panel>
  );
}

interface ReviewProps {
  readonly review: ReleaseLiveFragment['reviews'][number];
  /** Of the release as it is. */
  readonly candidateDigest: string;
}

function Review({ review, candidateDigest }: ReviewProps) {
  const isApproval = review.decision === 'APPROVE';
  return (
    <li data-void={review.isVoid || undefined} data-decision={review.decision}>
      {isApproval ? (
        <IconCheck size={16} stroke={2.4} aria-hidden />
      ) : (
        <IconPencilExclamation size={16} aria-hidden />
      )}
      <div>
        <Text size="sm" component="div">
          <Text span fw={580}>
            {review.author?.name ?? 'Somebody who left'}
          </Text>{' '}
          {isApproval ? 'approved' : 'asked for changes'}{' '}
          <Text span c="dimmed">
            <Moment at={review.createdAt} />
          </Text>{' '}
          {review.isVoid && <Badge color="gray">Void</Badge>}
        </Text>
        {review.isVoid && (
          <Text size="sm" c="dimmed">
            {review.candidateDigest === candidateDigest ? (
              'They have edited the release themselves.'
            ) : (
              <>
                It was of an earlier candidate, <code>{shortDigest(review.candidateDigest)}</code>.
              </>
            )}
          </Text>
        )}
        {review.body !== '' && (
          <Text size="sm" component="div">
            <Prose text={review.body} />
          </Text>
        )}
      </div>
    </li>
  );
}

function ReviewForm({ release }: { readonly release: ReleaseLiveFragment }) {
  const [body, setBody] = useState('');
  const { failure, isBusy, run } = useChange();
  const [review] = useMutation(ReviewReleaseDocument);
  const decide = async (decision: ReleaseDecision) => {
    const isDone = await run(async () => {
      const { id: releaseId, candidateDigest } = release;
      const input = { releaseId, candidateDigest, decision, body };
      return (await review({ variables: { input } })).data?.reviewRelease.userErrors;
    });
    if (isDone) setBody('');
  };
  return (
    <form className={classes.form} onSubmit={(event) => event.preventDefault()}>
      <Textarea
        label="What do you say?"
        description={`Of the candidate ${shortDigest(release.candidateDigest)}; a change of it makes your word void.`}
        autosize
        minRows={3}
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      {failure !== null && (
        <Alert color="clay" role="alert">
          {failure}
        </Alert>
      )}
      <Group gap="xs" grow>
        <Button
          leftSection={<IconCheck size={16} />}
          loading={isBusy}
          onClick={() => void decide('APPROVE')}
        >
          Approve
        </Button>
        <Button
          variant="default"
          loading={isBusy}
          disabled={body.trim() === ''}
          onClick={() => void decide('REQUEST_CHANGES')}
        >
          Request changes
        </Button>
      </Group>
    </form>
  );
}
