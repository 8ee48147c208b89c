'use client';
/** @file One gallery: what is in it, what its making found, and where it comes from. */
import { useQuery } from '@apollo/client/react';
import { Stack, Text } from '@mantine/core';
import { CopyText } from '@/components/copy-text.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Figure, FigureRow } from '@/components/figure.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { GalleryPageDocument, type GalleryPageQuery } from '@/generated/graphql.ts';
import { formatCount, formatCounted, shortDigest } from '@/lib/format.ts';
import { galleriesPath, teamPath } from '@/lib/routes.ts';
import { ModelStateBadge } from '../models/model-state.tsx';
import { usePollWhile } from './poll-while.ts';
import { SetNotice, SetSkeleton, SourceFacts } from './set-parts.tsx';
import classes from './sets.module.css';

type Gallery = NonNullable<NonNullable<GalleryPageQuery['team']>['gallery']>;

const SOURCES: Readonly<Record<Gallery['sourceKind'], string>> = {
  EMBEDDINGS: 'Embeddings',
  IMAGES: 'Images, of which the embeddings are kept',
};

interface GalleryPageProps {
  readonly team: string;
  readonly name: string;
  readonly version: string;
}

/** The page at `/t/<team>/galleries/<name>/<version>`. */
export function GalleryPage({ team: slug, name, version }: GalleryPageProps) {
  const query = useQuery(GalleryPageDocument, {
    variables: { team: slug, name, version },
    fetchPolicy: 'cache-and-network',
    skipPollAttempt: () => document.hidden,
  });
  const { data, error, refetch } = query;
  usePollWhile(data?.team?.gallery?.state === 'CHECKING', query);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <SetSkeleton what="gallery" />;
  }
  const { team } = data;
  const gallery = team?.gallery ?? null;
  if (team === null || gallery === null)
    return (
      <NotFoundState what="gallery" backHref={galleriesPath(slug)} backLabel="All galleries" />
    );
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(slug) },
          { label: 'Galleries', href: galleriesPath(slug) },
          { label: `${name}@${version}` },
        ]}
        title={
          <>
            {name}
            <Text span inherit c="dimmed" fw={440}>
              @{version}
            </Text>
          </>
        }
        badge={<ModelStateBadge state={gallery.state} />}
        description={gallery.description}
        actions={
          <>
            {gallery.digest !== null && (
              <CopyText value={gallery.digest} label={`Copy digest ${shortDigest(gallery.digest)}`}>
                <code>{shortDigest(gallery.digest)}</code>
              </CopyText>
            )}
            <LineageLink team={slug} id={gallery.id} />
          </>
        }
      />
      <Stack gap={20}>
        <SetNotice
          set={gallery}
          what="gallery"
          listHref={galleriesPath(slug)}
          making={{
            title: 'Being made',
            sentence:
              'A worker checks what was uploaded, embeds images where there are some, and makes every row unit; this page follows it.',
          }}
        />
        {gallery.report !== null && <Content gallery={gallery} report={gallery.report} />}
        <Panel title="Source">
          <SourceFacts
            team={slug}
            madeFrom={SOURCES[gallery.sourceKind]}
            set={gallery}
            models={[['Recogniser', gallery.recogniser]]}
          />
        </Panel>
      </Stack>
    </>
  );
}

interface ContentProps {
  readonly gallery: Gallery;
  readonly report: NonNullable<Gallery['report']>;
}

function Content({ gallery, report }: ContentProps) {
  const { norms, failures } = report;
  return (
    <Panel
      title="Embeddings"
      hint="Rows of unit length. Their lengths before that tell whether the file came from this recogniser: its own embeddings have lengths like these."
    >
      <FigureRow>
        <Figure
          label="Embeddings"
          value={formatCount(gallery.count ?? 0)}
          note="no image is kept"
        />
        {gallery.people !== null && (
          <Figure
            label="People"
            value={formatCount(gallery.people)}
            note="by its table of labels"
          />
        )}
        <Figure label="Shortest" value={norms.min.toFixed(2)} note="length as it came" />
        <Figure label="Mean" value={norms.mean.toFixed(2)} note="length as it came" />
        <Figure label="Longest" value={norms.max.toFixed(2)} note="length as it came" />
      </FigureRow>
      {failures.length > 0 && (
        <details className={classes.failures}>
          <summary>{formatCounted(failures.length, 'image', 'images')} could not be used</summary>
          <ul>
            {failures.map(({ file, reason }) => (
              <li key={file}>
                <code>{file}</code> {reason}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}
