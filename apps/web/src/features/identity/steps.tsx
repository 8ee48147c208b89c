'use client';
/** @file From an identity to the one before and the one after it in the version, by buttons and arrow keys. */
import { useQuery } from '@apollo/client/react';
import { Button } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { IdentityNeighboursDocument } from '@/generated/graphql.ts';
import type { IdentityPlace } from '@/lib/identity-place.ts';

interface StepsProps {
  readonly versionId: string;
  /** Where the identity is in the version's list. */
  readonly cursor: string;
  readonly hrefOf: (identity: IdentityPlace) => string;
}

/** Two buttons; the neighbours are those that the version selected, of whichever run. */
export function Steps({ versionId, cursor, hrefOf }: StepsProps) {
  const router = useRouter();
  // One identity to either side is no page of the list that the cache keeps.
  const { data } = useQuery(IdentityNeighboursDocument, {
    variables: { version: versionId, cursor },
    fetchPolicy: 'no-cache',
  });
  const node = data?.node;
  const sides = node && 'next' in node ? node : null;
  const hrefTo = (side: 'previous' | 'next'): string | null => {
    const place = sides?.[side].edges[0]?.node;
    return place === undefined ? null : hrefOf(place);
  };
  const [previous, next] = [hrefTo('previous'), hrefTo('next')];
  useHotkeys([
    ['ArrowLeft', () => previous !== null && router.push(previous)],
    ['ArrowRight', () => next !== null && router.push(next)],
  ]);
  return (
    <>
      <Step href={previous} label="Previous" side="left" />
      <Step href={next} label="Next" side="right" />
    </>
  );
}

interface StepProps {
  readonly href: string | null;
  readonly label: string;
  readonly side: 'left' | 'right';
}

function Step({ href, label, side }: StepProps) {
  const icon =
    side === 'left'
      ? { leftSection: <IconChevronLeft size={16} /> }
      : { rightSection: <IconChevronRight size={16} /> };
  if (href === null)
    return (
      <Button variant="default" disabled {...icon}>
        {label}
      </Button>
    );
  return (
    <Button component={Link} href={href} variant="default" title={`${label} (arrow key)`} {...icon}>
      {label}
    </Button>
  );
}
