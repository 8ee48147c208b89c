'use client';
/** @file Everything people say about a release: of the whole here, of a part as a way to it. */
import { Badge, Button, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useState } from 'react';
import { Panel } from '@/components/panel.tsx';
import { formatCounted } from '@/lib/format.ts';
import { useRelease } from './release-scope.tsx';
import lists from './lists.module.css';
import { SampleDialog } from './samples-panel.tsx';
import { Threads } from './threads.tsx';
import type { ReleaseThreadFragment } from './types.ts';
import { anchorId, anchorOf, CHECKS } from './words.ts';

/** The panel beside the review. */
export function DiscussionPanel() {
  const { release } = useRelease();
  const [sample, setSample] = useState<string | null>(null);
  const anchored = release.threads.filter(({ subject }) => subject !== null);
  const open = release.threads.filter(({ isResolved }) => !isResolved).length;
  return (
    <Panel
      title="Discussion"
      hint={
        release.threads.length === 0
          ? 'Comments also go beside a check, an answer or a sample.'
          : `${formatCounted(open, 'thread', 'threads')} open`
      }
    >
      {anchored.length > 0 && (
        <ul className={lists.anchored} aria-label="Comments on parts of the release">
          {anchored.map((thread) => (
            <Anchored key={thread.id} thread={thread} onSample={setSample} />
          ))}
        </ul>
      )}
      <Threads subject={null} label="the release" />
      <SampleDialog id={sample} onClose={() => setSample(null)} />
    </Panel>
  );
}

interface AnchoredProps {
  readonly thread: ReleaseThreadFragment;
  readonly onSample: (id: string) => void;
}

function Anchored({ thread, onSample }: AnchoredProps) {
  const { release } = useRelease();
  const { subject, comments, isResolved } = thread;
  const anchor = anchorOf(subject);
  const last = comments.at(-1);
  const label = {
    check: () => (anchor.kind === 'check' ? CHECKS[anchor.check].word : ''),
    datasheet: () =>
      anchor.kind === 'datasheet' ? (release.datasheet[anchor.index]?.question ?? 'Datasheet') : '',
    sample: () => 'A sample',
    none: () => subject ?? 'The release',
  }[anchor.kind]();
  return (
    <li>
      <div>
        <Text size="sm" fw={580}>
          {label} {isResolved && <Badge color="gray">Resolved</Badge>}
        </Text>
        {last !== undefined && (
          <Text size="sm" c="dimmed" lineClamp={2}>
            {last.author?.name ?? 'Somebody who left'}: {last.body}
          </Text>
        )}
      </div>
      {anchor.kind === 'sample' ? (
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label="Look at the sample"
          onClick={() => onSample(anchor.id)}
        >
          <IconArrowRight size={15} aria-hidden />
        </Button>
      ) : (
        <Button
          component="a"
          variant="subtle"
          size="compact-xs"
          href={`#${anchorId(subject ?? '')}`}
          aria-label={`Go to ${label}`}
        >
          <IconArrowRight size={15} aria-hidden />
        </Button>
      )}
    </li>
  );
}
