'use client';
/** @file The identities of a version that look most like a given one, with their angle to it. */
import { useQuery } from '@apollo/client/react';
import { Skeleton, Text } from '@mantine/core';
import { useEffect } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { FaceCaption, FaceLink } from '@/components/face-frame.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { SimilarIdentitiesDocument } from '@/generated/graphql.ts';
import { formatDegrees, formatRadians } from '@/lib/format.ts';
import { type IdentityPlace, longName, shortName } from '@/lib/identity-place.ts';
import classes from './subsets.module.css';

interface SimilarFacesProps {
  readonly versionId: string;
  readonly identityId: string;
  /** How many, 1 to 500. */
  readonly count: number;
  /** Smaller angles are marked; null: none. */
  readonly ict: number | null;
  /** The version holds several runs: captions say which. */
  readonly hasSeveralRuns: boolean;
  readonly hrefOf: (identity: IdentityPlace) => string;
  /** Told what was found, the nearest first. */
  readonly onFound?: (identities: readonly IdentityPlace[]) => void;
}

/** The faces, the nearest first. */
export function SimilarFaces(props: SimilarFacesProps) {
  const { versionId, identityId, count, ict, hasSeveralRuns, hrefOf, onFound } = props;
  const { data, error, refetch } = useQuery(SimilarIdentitiesDocument, {
    variables: { version: versionId, to: identityId, first: count },
  });
  const found = data?.node && 'similarIdentities' in data.node ? data.node.similarIdentities : null;
  useEffect(() => {
    if (found !== null) onFound?.(found.map(({ identity }) => identity));
  }, [found, onFound]);
  if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (found === null)
    return (
      <div className={classes.faces} role="status" aria-label="Looking for identities like it">
        {Array.from({ length: Math.min(count, 12) }, (_, index) => (
          <Skeleton key={index} style={{ aspectRatio: '1' }} />
        ))}
      </div>
    );
  if (found.length === 0)
    return <Text c="dimmed">There is no other identity in this version.</Text>;
  return (
    <ul className={classes.faces} aria-label="Identities like it">
      {found.map(({ identity, distance }) => (
        <li key={identity.id}>
          <FaceLink
            href={hrefOf(identity)}
            title={`${formatRadians(distance, 4)} rad (${formatDegrees(distance)})`}
          >
            <FaceImage
              src={identity.reference.imageUrl}
              alt={`Reference of ${longName(identity, hasSeveralRuns)}`}
              onExpired={() => void refetch()}
            />
            <FaceCaption>
              <span>{shortName(identity, hasSeveralRuns)}</span>
              <span data-amiss={(ict !== null && distance < ict) || undefined}>
                <span className="visually-hidden">θ </span>
                {formatRadians(distance, 3)}
                {ict !== null && distance < ict && (
                  <span className="visually-hidden">, below the threshold</span>
                )}
              </span>
            </FaceCaption>
          </FaceLink>
        </li>
      ))}
    </ul>
  );
}
