'use client';
/** @file Threads of comments, each beside the part of the release that it is about. */
import { useMutation } from '@apollo/client/react';
import { Alert, Badge, Button, Group, Text, Textarea } from '@mantine/core';
import { IconMessage, IconMessagePlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Moment } from '@/components/moment.tsx';
import { Prose } from '@/components/prose.tsx';
import { CommentOnReleaseDocument, ResolveThreadDocument } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { useChange } from '@/lib/use-change.ts';
import { isAllowed, useRelease } from './release-scope.tsx';
import classes from './threads.module.css';
import type { ReleaseThreadFragment } from './types.ts';

interface ThreadsProps {
  /** What they are about, such as 'check:LEAKAGE'; null for the release as a whole. */
  readonly subject: string | null;
  /** The same in a sentence: "comment on <label>". */
  readonly label: string;
}

/** The threads of one subject, and the way to begin another. */
export function Threads({ subject, label }: ThreadsProps) {
  const { release } = useRelease();
  const [isOpen, setOpen] = useState(false);
  const threads = release.threads.filter((thread) => thread.subject === subject);
  const canComment = isAllowed(release, 'COMMENT');
  if (threads.length === 0 && !canComment) return null;
  return (
    <div className={classes.root}>
      {threads.length > 0 && (
        <ul className={classes.threads} aria-label={`Comments on ${label}`}>
          {threads.map((thread) => (
            <Thread key={thread.id} thread={thread} label={label} />
          ))}
        </ul>
      )}
      {canComment &&
        (isOpen ? (
          <CommentBox
            label={`Comment on ${label}`}
            subject={subject}
            threadId={null}
            onDone={() => setOpen(false)}
          />
        ) : (
          <Button
            variant="subtle"
            size="xs"
            className={classes.begin}
            leftSection={<IconMessagePlus size={15} />}
            aria-label={`Comment on ${label}`}
            onClick={() => setOpen(true)}
          >
            Comment
          </Button>
        ))}
    </div>
  );
}

/** One thread, folded once it is resolved. */
export function Thread({
  thread,
  label,
}: {
  readonly thread: ReleaseThreadFragment;
  readonly label: string;
}) {
  const { release } = useRelease();
  const [isReplying, setReplying] = useState(false);
  const [isUnfolded, setUnfolded] = useState(false);
  const { failure, isBusy, run } = useChange();
  const [resolve] = useMutation(ResolveThreadDocument);
  const canComment = isAllowed(release, 'COMMENT');
  const isFolded = thread.isResolved && !isUnfolded;
  const settle = () =>
    void run(async () => {
      const input = { threadId: thread.id, isResolved: !thread.isResolved };
      return (await resolve({ variables: { input } })).data?.resolveThread.userErrors;
    });
  return (
    <li className={classes.thread} data-resolved={thread.isResolved || undefined}>
      {thread.isResolved && (
        <Group gap="xs">
          <Badge color="gray">Resolved</Badge>
          <Button variant="subtle" size="compact-xs" onClick={() => setUnfolded(!isUnfolded)}>
            {isFolded
              ? formatCounted(thread.comments.length, 'comment', 'comments')
              : 'Hide the comments'}
          </Button>
        </Group>
      )}
      {!isFolded &&
        thread.comments.map((comment) => (
          <div key={comment.id} className={classes.comment}>
            <Text size="sm" c="dimmed" component="div">
              <IconMessage size={13} aria-hidden />{' '}
              <Text span fw={580} c="var(--mantine-color-text)">
                {comment.author?.name ?? 'Somebody who left'}
              </Text>{' '}
              <Moment at={comment.createdAt} />
            </Text>
            <Prose text={comment.body} />
          </div>
        ))}
      {failure !== null && (
        <Alert color="clay" role="alert">
          {failure}
        </Alert>
      )}
      {canComment && !isFolded && (
        <Group gap="xs">
          {!isReplying && (
            <Button
              variant="default"
              size="compact-xs"
              aria-label={`Reply on ${label}`}
              onClick={() => setReplying(true)}
            >
              Reply
            </Button>
          )}
          <Button
            variant="default"
            size="compact-xs"
            loading={isBusy}
            aria-label={`${thread.isResolved ? 'Reopen' : 'Resolve'} the thread on ${label}`}
            onClick={settle}
          >
            {thread.isResolved ? 'Reopen' : 'Resolve'}
          </Button>
        </Group>
      )}
      {isReplying && (
        <CommentBox
          label={`Reply on ${label}`}
          subject={thread.subject}
          threadId={thread.id}
          onDone={() => setReplying(false)}
        />
      )}
    </li>
  );
}

interface CommentBoxProps {
  readonly label: string;
  readonly subject: string | null;
  /** Null begins a thread. */
  readonly threadId: string | null;
  readonly onDone: () => void;
}

function CommentBox({ label, subject, threadId, onDone }: CommentBoxProps) {
  const { release } = useRelease();
  const [body, setBody] = useState('');
  const { failure, isBusy, run } = useChange();
  const [comment] = useMutation(CommentOnReleaseDocument);
  const send = async () => {
    const where = threadId === null ? { subject } : { threadId };
    const isSent = await run(async () => {
      const input = { releaseId: release.id, ...where, body };
      return (await comment({ variables: { input } })).data?.commentOnRelease.userErrors;
    });
    if (isSent) onDone();
  };
  return (
    <form
      className={classes.box}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <Textarea
        label={label}
        description="Markdown: **bold**, *emphasis*, lists, links."
        autosize
        minRows={2}
        data-autofocus
        autoFocus
        value={body}
        onChange={(event) => setBody(event.currentTarget.value)}
      />
      {failure !== null && (
        <Alert color="clay" role="alert">
          {failure}
        </Alert>
      )}
      <Group gap="xs" justify="flex-end">
        <Button variant="default" size="xs" onClick={onDone}>
          Cancel
        </Button>
        <Button type="submit" size="xs" loading={isBusy} disabled={body.trim() === ''}>
          Send
        </Button>
      </Group>
    </form>
  );
}
