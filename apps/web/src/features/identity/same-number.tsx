/** @file An address that names a number and no run, in a version where several runs have it: all of them, to choose from. */
import { Text } from '@mantine/core';
import Link from 'next/link';
import { FaceCaption } from '@/components/face-frame.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Panel } from '@/components/panel.tsx';
import type { IdentityDetailFragment } from '@/generated/graphql.ts';
import { type IdentityPlace, longName, shortName } from '@/lib/identity-place.ts';
import classes from './identity.module.css';

interface SameNumberProps {
  readonly identities: readonly IdentityDetailFragment[];
  readonly hrefOf: (identity: IdentityPlace) => string;
  /** There are more than these. */
  readonly hasMore: boolean;
}

/** The references, each leading to the page of its identity. */
export function SameNumber({ identities, hrefOf, hasMore }: SameNumberProps) {
  return (
    <Panel
      title="Which of them?"
      hint="This version holds several runs, and each numbers its identities from 0. They are different people."
    >
      <ul className={classes.choices} aria-label="Identities with this number">
        {identities.map((identity) => (
          <li key={identity.id}>
            <Link href={hrefOf(identity)} className={classes.portraitLink}>
              <FaceImage
                src={identity.reference.large}
                alt={`Reference of ${longName(identity, true)}`}
                loading="eager"
              />
              <FaceCaption>
                <span>{shortName(identity, true)}</span>
              </FaceCaption>
            </Link>
          </li>
        ))}
      </ul>
      {hasMore && (
        <Text size="sm" c="dimmed" mt="md">
          The first {identities.length} are shown; write the run into the address for others, such
          as r3-42.
        </Text>
      )}
    </Panel>
  );
}
