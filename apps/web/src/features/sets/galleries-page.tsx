'use client';
/** @file The galleries of a team, and the way to register more. */
import { useQuery } from '@apollo/client/react';
import { Button, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconUsersGroup } from '@tabler/icons-react';
import Link from 'next/link';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { GalleriesPageDocument, type GalleryRowFragment } from '@/generated/graphql.ts';
import { formatCounted, shortDigest } from '@/lib/format.ts';
import { may } from '@/lib/roles.ts';
import { galleryPath, teamPath } from '@/lib/routes.ts';
import { ModelStateBadge } from '../models/model-state.tsx';
import { GalleryDialog } from './gallery-dialog.tsx';
import { usePollWhile } from './poll-while.ts';
import classes from './sets.module.css';

/** The page at `/t/<team>/galleries`. */
export function GalleriesPage({ team: slug }: { readonly team: string }) {
  const query = useQuery(GalleriesPageDocument, {
    variables: { team: slug },
    fetchPolicy: 'cache-and-network',
    skipPollAttempt: () => document.hidden,
  });
  const { data, error, refetch } = query;
  const [isOpen, dialog] = useDisclosure(false);
  const galleries = data?.team?.galleries.edges.map(({ node }) => node) ?? [];
  usePollWhile(
    galleries.some(({ state }) => state === 'CHECKING'),
    query,
  );
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <ListSkeleton label="Loading the galleries" />;
  }
  const { team } = data;
  if (team === null)
    return <NotFoundState what="team" backHref="/" backLabel="Go to your datasets" />;
  const register = may(team.viewerRole, 'registerSet') ? (
    <Button leftSection={<IconPlus size={16} />} onClick={dialog.open}>
      Register a gallery
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader
        crumbs={[{ label: team.name, href: teamPath(slug) }, { label: 'Galleries' }]}
        title="Galleries"
        description="Embeddings of real or other people, never their images: identities can be kept away from them."
        actions={galleries.length > 0 ? register : undefined}
      />
      <Panel padded={galleries.length === 0}>
        {galleries.length === 0 ? (
          <EmptyState icon={<IconUsersGroup size={20} />} title="No gallery yet" action={register}>
            Bring the embeddings of the images that a generator was trained on, and no identity will
            end up close to one of them.
          </EmptyState>
        ) : (
          <ul className={classes.list}>
            {galleries.map((gallery) => (
              <GalleryRow key={gallery.id} team={slug} gallery={gallery} />
            ))}
          </ul>
        )}
      </Panel>
      <GalleryDialog team={team} opened={isOpen} onClose={dialog.close} />
    </>
  );
}

interface GalleryRowProps {
  readonly team: string;
  readonly gallery: GalleryRowFragment;
}

function GalleryRow({ team, gallery }: GalleryRowProps) {
  const { name, version, state, refusal, recogniser, report, digest } = gallery;
  const failures = report?.failures.length ?? 0;
  const facts = [
    ...(gallery.count === null ? [] : [formatCounted(gallery.count, 'embedding', 'embeddings')]),
    `of ${recogniser.name}@${recogniser.version}`,
    gallery.sourceKind === 'IMAGES' ? 'from images' : 'from embeddings',
    ...(gallery.licence === null ? [] : [gallery.licence]),
    ...(digest === null ? [] : [`digest ${shortDigest(digest)}`]),
    ...(failures === 0 ? [] : [`${formatCounted(failures, 'image', 'images')} could not be used`]),
  ];
  return (
    <li className={classes.row}>
      <span className={classes.picture} aria-hidden>
        <IconUsersGroup size={20} stroke={1.5} />
      </span>
      <div className={classes.rowMain}>
        <div className={classes.rowTitle}>
          <Link href={galleryPath(team, gallery)} className={classes.rowLink}>
            {name}
            <Text span c="dimmed" fw={440}>
              @{version}
            </Text>
          </Link>
          <LineageLink team={team} id={gallery.id} of={`${name}@${version}`} />
        </div>
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
        {gallery.description !== '' && <Text size="sm">{gallery.description}</Text>}
        {refusal !== null && (
          <Text size="sm" c="var(--mantine-color-error)" className={classes.sentence}>
            {refusal}
          </Text>
        )}
        {state === 'CHECKING' && (
          <Progress
            value={gallery.progress * 100}
            size={5}
            mt={6}
            maw={320}
            aria-label={`Progress of ${name}`}
          />
        )}
      </div>
      <ModelStateBadge state={state} />
      <Text size="sm" c="dimmed" className={classes.rowWhen} component="div">
        {gallery.createdBy !== null && `${gallery.createdBy.name} · `}
        <Moment at={gallery.createdAt} />
      </Text>
    </li>
  );
}

/** Where a list will be. */
export function ListSkeleton({ label }: { readonly label: string }) {
  return (
    <div role="status" aria-label={label}>
      <Skeleton h={16} w={160} mb={12} />
      <Skeleton h={30} w={180} mb={28} />
      <Stack gap={12}>
        <Skeleton h={76} />
        <Skeleton h={76} />
      </Stack>
    </div>
  );
}
