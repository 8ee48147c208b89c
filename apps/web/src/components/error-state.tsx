'use client';
/** @file What a page shows when its data cannot be had: what went wrong, and what to do. */
import { Button } from '@mantine/core';
import { IconCloudOff, IconError404, IconRefresh, IconAlertTriangle } from '@tabler/icons-react';
import Link from 'next/link';
import { describeError } from '@/lib/describe-error.ts';
import { EmptyState } from './empty-state.tsx';

interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** A failed query, with a way to try again. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  const described = describeError(error);
  return (
    <div role="alert">
      <EmptyState
        icon={described.isNetwork ? <IconCloudOff size={22} /> : <IconAlertTriangle size={22} />}
        title={described.title}
        action={
          <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {described.message}
      </EmptyState>
    </div>
  );
}

interface NotFoundStateProps {
  /** What was looked for, for example "dataset". */
  readonly what: string;
  readonly backHref: string;
  readonly backLabel: string;
}

/** An address that leads to nothing this person may see. */
export function NotFoundState({ what, backHref, backLabel }: NotFoundStateProps) {
  return (
    <EmptyState
      icon={<IconError404 size={22} />}
      level={1}
      title={`There is no such ${what}`}
      action={
        <Button component={Link} href={backHref} variant="default">
          {backLabel}
        </Button>
      }
    >
      It may have been renamed or removed, or you are not among those who may see it.
    </EmptyState>
  );
}
