'use client';
/** @file The identities that only one of two versions has, by their references. */
import { Text } from '@mantine/core';
import { FaceCaption, FaceLink } from '@/components/face-frame.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Panel } from '@/components/panel.tsx';
import type { IdentityTileFragment } from '@/generated/graphql.ts';
import { formatCounted, formatRadians } from '@/lib/format.ts';
import { type IdentityPlace, longName, shortName } from '@/lib/identity-place.ts';
import classes from './compare.module.css';

interface FaceListProps {
  readonly title: string;
  /** Said where there is none. */
  readonly nothing: string;
  readonly total: number;
  readonly identities: readonly IdentityTileFragment[];
  /** The versions hold several runs: captions say which. */
  readonly hasSeveralRuns: boolean;
  readonly hrefOf: (identity: IdentityPlace) => string;
}

/** A panel; of many the first are shown. */
export function FaceList(props: FaceListProps) {
  const { title, nothing, total, identities, hasSeveralRuns, hrefOf } = props;
  return (
    <Panel title={title} hint={formatCounted(total, 'identity', 'identities')}>
      {identities.length === 0 ? (
        <Text c="dimmed">{nothing}</Text>
      ) : (
        <ul className={classes.faces} aria-label={title}>
          {identities.map((identity) => (
            <li key={identity.id}>
              <FaceLink href={hrefOf(identity)}>
                <FaceImage
                  src={identity.reference.imageUrl}
                  alt={`Reference of ${longName(identity, hasSeveralRuns)}`}
                />
                <FaceCaption>
                  <span>{shortName(identity, hasSeveralRuns)}</span>
                  <span>{formatRadians(identity.nearestDistance)}</span>
                </FaceCaption>
              </FaceLink>
            </li>
          ))}
        </ul>
      )}
      {total > identities.length && (
        <Text size="sm" c="dimmed" mt="sm">
          The first {identities.length} are shown.
        </Text>
      )}
    </Panel>
  );
}
