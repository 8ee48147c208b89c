'use client';
/** @file The covariate sets of a team, and the way to register more. */
import { useQuery } from '@apollo/client/react';
import { Badge } from '@mantine/core';
import { IconArrowsHorizontal } from '@tabler/icons-react';
import { RegistryPicture } from '@/components/registry-row.tsx';
import { CovariatesPageDocument, type CovariateSetRowFragment } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { covariateSetPath } from '@/lib/routes.ts';
import { CovariatesDialog } from './covariates-dialog.tsx';
import { usePollWhile } from './poll-while.ts';
import { SetListPage, SetRow } from './set-list.tsx';

const WORDS = {
  title: 'Covariates',
  description:
    'Directions of a generator’s latent space along which a face turns, is lit from another side, or changes its expression.',
  register: 'Register a covariate set',
  loading: 'Loading the covariate sets',
  none: 'No covariate set yet',
  whatFor:
    'Bring latents with labels for pose, light and expression, and variations can be spread along them.',
};

/** The page at `/t/<team>/covariates`. */
export function CovariatesPage({ team }: { readonly team: string }) {
  const query = useQuery(CovariatesPageDocument, {
    variables: { team },
    fetchPolicy: 'cache-and-network',
    skipPollAttempt: () => document.hidden,
  });
  const sets = query.data?.team?.covariateSets.edges.map(({ node }) => node) ?? [];
  usePollWhile(
    sets.some(({ state }) => state === 'CHECKING'),
    query,
  );
  return (
    <SetListPage
      team={team}
      query={query}
      words={WORDS}
      icon={<IconArrowsHorizontal size={20} />}
      rows={sets.map((set) => (
        <CovariateRow key={set.id} team={team} set={set} />
      ))}
      dialog={(of, state) => <CovariatesDialog team={of} {...state} />}
    />
  );
}

function CovariateRow({
  team,
  set,
}: {
  readonly team: string;
  readonly set: CovariateSetRowFragment;
}) {
  const { generator, directions } = set;
  const covariates = [...new Set(directions.map(({ covariate }) => covariate))];
  return (
    <SetRow
      team={team}
      href={covariateSetPath(team, set)}
      set={set}
      picture={<FirstFace strip={directions[0]?.strip} />}
      badge={set.isBuiltIn && <Badge color="gray">Built in</Badge>}
      facts={[
        `for ${generator.name}@${generator.version}`,
        ...(directions.length === 0
          ? []
          : [formatCounted(directions.length, 'direction', 'directions'), covariates.join(', ')]),
      ]}
    />
  );
}

/** The first face of a strip; a sign where there is none yet. */
function FirstFace({
  strip,
}: {
  readonly strip: CovariateSetRowFragment['directions'][number]['strip'] | undefined;
}) {
  if (strip === undefined)
    return (
      <RegistryPicture>
        <IconArrowsHorizontal size={20} stroke={1.5} />
      </RegistryPicture>
    );
  return (
    <RegistryPicture
      style={{
        backgroundImage: `url("${strip.url}")`,
        backgroundSize: `${String(strip.columns * 100)}% ${String(strip.rows * 100)}%`,
      }}
    />
  );
}
