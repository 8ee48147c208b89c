'use client';
/** @file The galleries of a team, and the way to register more. */
import { useQuery } from '@apollo/client/react';
import { IconUsersGroup } from '@tabler/icons-react';
import { RegistryPicture } from '@/components/registry-row.tsx';
import { GalleriesPageDocument, type GalleryRowFragment } from '@/generated/graphql.ts';
import { formatCounted, shortDigest } from '@/lib/format.ts';
import { galleryPath } from '@/lib/routes.ts';
import { GalleryDialog } from './gallery-dialog.tsx';
import { usePollWhile } from './poll-while.ts';
import { SetListPage, SetRow } from './set-list.tsx';

const WORDS = {
  title: 'Galleries',
  description:
    'Embeddings of real or other people, never their images: identities can be kept away from them.',
  register: 'Register a gallery',
  loading: 'Loading the galleries',
  none: 'No gallery yet',
  whatFor:
    'Bring the embeddings of the images that a generator was trained on, and no identity will end up close to one of them.',
};

/** The page at `/t/<team>/galleries`. */
export function GalleriesPage({ team }: { readonly team: string }) {
  const query = useQuery(GalleriesPageDocument, {
    variables: { team },
    fetchPolicy: 'cache-and-network',
    skipPollAttempt: () => document.hidden,
  });
  const galleries = query.data?.team?.galleries.edges.map(({ node }) => node) ?? [];
  usePollWhile(
    galleries.some(({ state }) => state === 'CHECKING'),
    query,
  );
  return (
    <SetListPage
      team={team}
      query={query}
      words={WORDS}
      icon={<IconUsersGroup size={20} />}
      rows={galleries.map((gallery) => (
        <GalleryRow key={gallery.id} team={team} gallery={gallery} />
      ))}
      dialog={(of, state) => <GalleryDialog team={of} {...state} />}
    />
  );
}

function GalleryRow({
  team,
  gallery,
}: {
  readonly team: string;
  readonly gallery: GalleryRowFragment;
}) {
  const { count, recogniser, report, digest, licence } = gallery;
  const failures = report?.failures.length ?? 0;
  return (
    <SetRow
      team={team}
      href={galleryPath(team, gallery)}
      set={gallery}
      picture={
        <RegistryPicture>
          <IconUsersGroup size={20} stroke={1.5} />
        </RegistryPicture>
      }
      facts={[
        ...(count === null ? [] : [formatCounted(count, 'embedding', 'embeddings')]),
        `of ${recogniser.name}@${recogniser.version}`,
        gallery.sourceKind === 'IMAGES' ? 'from images' : 'from embeddings',
        ...(licence === null ? [] : [licence]),
        ...(digest === null ? [] : [`digest ${shortDigest(digest)}`]),
        ...(failures === 0
          ? []
          : [`${formatCounted(failures, 'image', 'images')} could not be used`]),
      ]}
    />
  );
}
