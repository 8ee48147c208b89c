'use client';
/** @file The identities of a version that look most like another one of it. */
import Link from 'next/link';
import { FaceCaption } from '@/components/face-frame.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Panel } from '@/components/panel.tsx';
import type { MeasuresFragment } from '@/generated/graphql.ts';
import { formatRadians } from '@/lib/format.ts';
import { longName, shortName } from '@/lib/identity-place.ts';
import { identityPath } from '@/lib/routes.ts';
import type { VersionPlace } from './leakage-panel.tsx';
import classes from './version.module.css';

interface NearestPanelProps {
  readonly place: VersionPlace;
  readonly nearest: MeasuresFragment['nearest'];
  readonly ict: number | null;
}

/** Pairs of references, the closest first; nothing where none were kept. */
export function NearestPanel({ place, nearest: { listed }, ict }: NearestPanelProps) {
  const { team, dataset, number, runNumbers } = place;
  const hasSeveralRuns = runNumbers.length > 1;
  const pairs = listed.flatMap(({ theta, identityA: a, identityB: b }) =>
    a === null || b === null ? [] : [{ theta, a, b }],
  );
  if (pairs.length === 0) return null;
  return (
    <Panel
      title="Closest identities"
      hint="Each with the nearest other one of this version, and the angle between their references."
    >
      <ul className={classes.pairs} aria-label="Closest identities">
        {pairs.map(({ theta, a, b }) => (
          <li key={`${a.id} ${b.id}`}>
            <span className={classes.pairFaces}>
              {[a, b].map((identity) => (
                <Link
                  key={identity.id}
                  href={identityPath(team, dataset, number, identity)}
                  prefetch={false}
                >
                  <FaceImage
                    src={identity.reference.imageUrl}
                    alt={`Reference of ${longName(identity, hasSeveralRuns)}`}
                  />
                </Link>
              ))}
            </span>
            <FaceCaption>
              <span>
                {shortName(a, hasSeveralRuns)} and {shortName(b, hasSeveralRuns)}
              </span>
              <span data-amiss={(ict !== null && theta < ict) || undefined}>
                {formatRadians(theta)}
              </span>
            </FaceCaption>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
