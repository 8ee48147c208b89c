'use client';
/** @file The reference of an identity beside that of its nearest other, with the angle between them. */
import { Stack, Text } from '@mantine/core';
import Link from 'next/link';
import { Explain, TERMS, Theta } from '@/components/explain.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Figure, FigureRow } from '@/components/figure.tsx';
import { Panel } from '@/components/panel.tsx';
import { AngleGlyph } from '@/features/dataset/angle-glyph.tsx';
import type {
  IdentityDetailFragment,
  IdentityPageQuery,
  NearestPortraitFragment,
} from '@/generated/graphql.ts';
import { formatBytes, formatDegrees, formatRadians } from '@/lib/format.ts';
import { type IdentityPlace, longName, shortName } from '@/lib/identity-place.ts';
import classes from './identity.module.css';

/** The images of an identity that a version holds, as the page's query brings them. */
export type SelectedSamples = NonNullable<
  NonNullable<NonNullable<IdentityPageQuery['team']>['dataset']>['version']
>['samples'];

/** The nearest other identity, of those among whom it was looked for. */
interface NearestFound {
  readonly identity: NearestPortraitFragment | null;
  /** θ between the references, radians. */
  readonly distance: number | null;
  readonly within: 'version' | 'run';
  /** Its page; null: nowhere to be seen. */
  readonly hrefOf: ((identity: IdentityPlace) => string) | null;
}

interface ReferencePairProps {
  readonly identity: IdentityDetailFragment;
  readonly name: string;
  readonly samples: SelectedSamples;
  readonly ict: number | null;
  readonly nearest: NearestFound;
  /** The version holds several runs: captions say which. */
  readonly hasSeveralRuns: boolean;
}

/** Two portraits and the angle; then the figures of this identity. */
export function ReferencePair(props: ReferencePairProps) {
  const { identity, name, samples, ict, hasSeveralRuns } = props;
  const { identity: nearest, distance, within, hrefOf } = props.nearest;
  // The long name does not fit below a portrait.
  const captionOf = (one: IdentityPlace & { readonly name: string }) =>
    hasSeveralRuns ? shortName(one, true) : one.name;
  const nearestHref = nearest === null ? null : (hrefOf?.(nearest) ?? null);
  const portrait = (other: NearestPortraitFragment) => (
    <FaceImage
      src={other.reference.large}
      alt={`Reference of ${longName(other, hasSeveralRuns)}, the nearest other`}
      loading="eager"
    />
  );
  return (
    <Stack gap={20}>
      <Panel title="Reference and nearest other">
        <div className={classes.pair}>
          <figure className={classes.portrait}>
            <FaceImage
              src={identity.reference.large}
              alt={`Reference of ${name}`}
              loading="eager"
            />
            <figcaption>{captionOf(identity)}</figcaption>
          </figure>
          {nearest !== null && distance !== null && (
            <>
              <div className={classes.between}>
                <AngleGlyph radians={distance} size={48} />
                <Text fw={620} className="figures">
                  {formatRadians(distance)} rad
                </Text>
                <Text size="xs" c="dimmed" className="figures">
                  {formatDegrees(distance)}
                </Text>
              </div>
              <figure className={classes.portrait}>
                {nearestHref === null ? (
                  portrait(nearest)
                ) : (
                  <Link href={nearestHref} className={classes.portraitLink}>
                    {portrait(nearest)}
                  </Link>
                )}
                <figcaption>{captionOf(nearest)}</figcaption>
              </figure>
            </>
          )}
        </div>
        {distance !== null && ict !== null && (
          <Verdict distance={distance} ict={ict} within={within} />
        )}
      </Panel>
      <FigureRow>
        <Figure
          label={
            <Explain text={within === 'version' ? TERMS.nearest : TERMS.nearestInRun}>
              Nearest other
            </Explain>
          }
          value={<Theta value={distance} withUnit />}
          note={formatDegrees(distance)}
        />
        <Farthest identity={identity} samples={samples} />
        <Figure
          label="Images"
          value={samples.totalCount}
          note={`reference ${formatBytes(identity.reference.imageBytes)}`}
        />
      </FigureRow>
    </Stack>
  );
}

/** Whether the two are far enough apart, and among whom the other is the nearest. */
function Verdict({
  distance,
  ict,
  within,
}: {
  readonly distance: number;
  readonly ict: number;
  readonly within: NearestFound['within'];
}) {
  const isApart = distance >= ict;
  const whom = within === 'version' ? 'Nobody in this version' : 'Nobody of the same run';
  const apart = `${whom} is closer. They are ${formatRadians(distance - ict)} rad above the threshold of ${formatRadians(ict)} rad.`;
  const close = `They are closer than the threshold of ${formatRadians(ict)} rad: a recogniser may take them for one person.`;
  return (
    <Text size="sm" mt="md" c={isApart ? 'dimmed' : 'var(--mantine-color-error)'}>
      {isApart ? apart : close}
      {within === 'run' &&
        ' The other was looked for in the run that made both; within this version it is known once the version is measured.'}
    </Text>
  );
}

/** The farthest variation: of those that are in the version, where all of them are on the page. */
function Farthest({ identity, samples }: Pick<ReferencePairProps, 'identity' | 'samples'>) {
  const isAllThere = !samples.pageInfo.hasNextPage;
  const angles = samples.edges.flatMap(({ node }) =>
    node.kind === 'VARIATION' ? (node.distanceToReference ?? []) : [],
  );
  const here = angles.length === 0 ? null : Math.max(...angles);
  const theta = isAllThere ? here : identity.intraDistance;
  return (
    <Figure
      label={<Explain text={TERMS.intra}>Farthest variation</Explain>}
      value={<Theta value={theta} withUnit />}
      note={isAllThere ? formatDegrees(theta) : 'of all that the run made'}
    />
  );
}
