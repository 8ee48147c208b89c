'use client';
/** @file What can be done with a release as it stands: ask for reviews, edit, publish, retract, withdraw. */
import { useMutation } from '@apollo/client/react';
import { Button, Checkbox, Stack, Text, Textarea } from '@mantine/core';
import { IconEyeCheck, IconPencil, IconRocket, IconRotate2, IconTrash } from '@tabler/icons-react';
import Link from 'next/link';
import { useState } from 'react';
import {
  PublishReleaseDocument,
  RequestReviewDocument,
  RetractReleaseDocument,
  WithdrawReleaseDocument,
} from '@/generated/graphql.ts';
import { formatCounted, shortDigest } from '@/lib/format.ts';
import { hasRole, ROLES } from '@/lib/roles.ts';
import { editReleasePath } from '@/lib/routes.ts';
import { ActionDialog } from './action-dialog.tsx';
import { isAllowed, useRelease } from './release-scope.tsx';
import type { ReleaseTeam } from './types.ts';
import { REACH_WORDS } from './words.ts';

/** The buttons of the page's head. */
export function ReleaseActions({ members }: { readonly members: ReleaseTeam['members'] }) {
  const { release, team, dataset } = useRelease();
  return (
    <>
      {isAllowed(release, 'WITHDRAW') && <Withdraw />}
      {isAllowed(release, 'EDIT') && (
        <Button
          component={Link}
          href={editReleasePath(team, dataset, release.number)}
          variant="default"
          leftSection={<IconPencil size={16} />}
        >
          Edit
        </Button>
      )}
      {isAllowed(release, 'REQUEST_REVIEW') && <RequestReview members={members} />}
      {isAllowed(release, 'PUBLISH') && <Publish />}
      {isAllowed(release, 'RETRACT') && <Retract />}
    </>
  );
}

function RequestReview({ members }: { readonly members: ReleaseTeam['members'] }) {
  const { release } = useRelease();
  const asked = release.requestedReviewers.map(({ id }) => id);
  const [chosen, setChosen] = useState<string[]>(asked);
  const [request] = useMutation(RequestReviewDocument);
  const choices = members.filter(
    ({ userId, role }) => hasRole(role, 'REVIEWER') && userId !== release.author?.id,
  );
  return (
    <ActionDialog
      button={release.state === 'DRAFT' ? 'Request review' : 'Ask more people'}
      icon={<IconEyeCheck size={16} />}
      title="Request a review"
      confirm="Request review"
      isReady={chosen.length > 0}
      act={async () => {
        const input = { releaseId: release.id, reviewerIds: chosen };
        return (await request({ variables: { input } })).data?.requestReview.userErrors;
      }}
    >
      <Text>
        The checks begin, and whoever you choose finds the release among their notifications. It
        needs {formatCounted(release.approvalsNeeded, 'approval', 'approvals')}; your own does not
        count.
      </Text>
      {choices.length === 0 ? (
        <Text c="var(--mantine-color-error)">
          Nobody else in the team may review. An owner can make somebody a reviewer in the settings.
        </Text>
      ) : (
        <Checkbox.Group label="Reviewers" value={chosen} onChange={setChosen}>
          <Stack gap={8} mt={6}>
            {choices.map(({ userId, name, role }) => (
              <Checkbox
                key={userId}
                value={userId}
                label={`${name}, ${ROLES.find((each) => each.role === role)?.word.toLowerCase() ?? ''}`}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
    </ActionDialog>
  );
}

function Publish() {
  const { release } = useRelease();
  const { blockers, terms } = release;
  const [publish] = useMutation(PublishReleaseDocument);
  return (
    <ActionDialog
      button="Publish"
      icon={<IconRocket size={16} />}
      title={`Publish ${release.semanticVersion}?`}
      confirm="Publish it"
      isDisabled={blockers.length > 0}
      act={async () => {
        const input = { releaseId: release.id, candidateDigest: release.candidateDigest };
        return (await publish({ variables: { input } })).data?.publishRelease.userErrors;
      }}
    >
      <Text>
        {formatCounted(release.identityCount, 'identity', 'identities')} and{' '}
        {formatCounted(release.sampleCount, 'image', 'images')} under {terms.licence}, for:{' '}
        {REACH_WORDS[terms.reach].toLowerCase()}. The manifest is signed, and neither it nor the
        version can be changed afterwards; a release can only be retracted.
      </Text>
      <Text size="sm" c="dimmed">
        Candidate <code>{shortDigest(release.candidateDigest)}</code>
      </Text>
    </ActionDialog>
  );
}

function Retract() {
  const { release } = useRelease();
  const [reason, setReason] = useState('');
  const [retract] = useMutation(RetractReleaseDocument);
  return (
    <ActionDialog
      button="Retract"
      icon={<IconRotate2 size={16} />}
      variant="default"
      color="clay"
      title={`Retract ${release.semanticVersion}?`}
      confirm="Retract it"
      isReady={reason.trim() !== ''}
      act={async () => {
        const input = { releaseId: release.id, reason };
        return (await retract({ variables: { input } })).data?.retractRelease.userErrors;
      }}
    >
      <Text>
        Its downloads stop at once, and whoever asks for them is told the reason. The record of it
        stays. This cannot be undone.
      </Text>
      <Textarea
        label="Reason"
        description="Everybody who could see the release reads it."
        autosize
        minRows={3}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ActionDialog>
  );
}

function Withdraw() {
  const { release } = useRelease();
  const [withdraw] = useMutation(WithdrawReleaseDocument);
  return (
    <ActionDialog
      button="Withdraw"
      icon={<IconTrash size={16} />}
      variant="default"
      color="clay"
      title="Withdraw this release?"
      confirm="Withdraw it"
      act={async () => {
        const variables = { input: { releaseId: release.id } };
        return (await withdraw({ variables })).data?.withdrawRelease.userErrors;
      }}
    >
      <Text>
        It can then be neither reviewed nor published. What was said of it stays, and the version
        can be proposed again.
      </Text>
    </ActionDialog>
  );
}
