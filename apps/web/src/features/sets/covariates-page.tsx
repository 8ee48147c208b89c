'use client';
/** @file The covariate sets of a team, and the way to register more. */
import { useQuery } from '@apollo/client/react';
import { Badge, Button, Progress, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowsHorizontal, IconPlus } from '@tabler/icons-react';
import Link from 'next/link';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { CovariatesPageDocument, type CovariateSetRowFragment } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { may } from '@/lib/roles.ts';
import { covariateSetPath, teamPath } from '@/lib/routes.ts';
import { ModelStateBadge } from '../models/model-state.tsx';
import { CovariatesDialog } from './covariates-dialog.tsx';
import { ListSkeleton } from './galleries-page.tsx';
import { usePollWhile } from './poll-while.ts';
import classes from './sets.module.css';

/** The page at `/t/<team>/covariates`. */
export function CovariatesPage({ team: slug }: { readonly team: string }) {
  const query = useQuery(CovariatesPageDocument, {
    variables: { team: slug },
    fetchPolicy: 'cache-and-network',
    skipPollAttempt: () => document.hidden,
  });
  const { data, error, refetch } = query;
  const [isOpen, dialog] = useDisclosure(false);
  const sets = data?.team?.covariateSets.edges.map(({ node }) => node) ?? [];
  usePollWhile(
    sets.some(({ state }) => state === 'CHECKING'),
    query,
  );
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <ListSkeleton label="Loading the covariate sets" />;
  }
  const { team } = data;
  if (team === null)
    return <NotFoundState what="team" backHref="/" backLabel="Go to your datasets" />;
  const register = may(team.viewerRole, 'registerSet') ? (
    <Button leftSection={<IconPlus size={16} />} onClick={dialog.open}>
      Register a covariate set
    </Button>
  ) : undefined;
  return (
    <>
      <PageHeader
        crumbs={[{ label: team.name, href: teamPath(slug) }, { label: 'Covariates' }]}
        title="Covariates"
        description="Directions of a generator’s latent space along which a face turns, is lit from another side, or changes its expression."
        actions={sets.length > 0 ? register : undefined}
      />
      <Panel padded={sets.length === 0}>
        {sets.length === 0 ? (
          <EmptyState
            icon={<IconArrowsHorizontal size={20} />}
            title="No covariate set yet"
            action={register}
          >
            Bring latents with labels for pose, light and expression, and variations can be spread
            along them.
          </EmptyState>
        ) : (
          <ul className={classes.list}>
            {sets.map((set) => (
              <SetRow key={set.id} team={slug} set={set} />
            ))}
          </ul>
        )}
      </Panel>
      <CovariatesDialog team={team} opened={isOpen} onClose={dialog.close} />
    </>
  );
}

function SetRow({ team, set }: { readonly team: string; readonly set: CovariateSetRowFragment }) {
  const { name, version, state, refusal, generator, directions } = set;
  const strip = directions[0]?.strip;
  const covariates = [...new Set(directions.map(({ covariate }) => covariate))];
  const facts = [
    `for ${generator.name}@${generator.version}`,
    ...(directions.length === 0
      ? []
      : [formatCounted(directions.length, 'direction', 'directions'), covariates.join(', ')]),
  ];
  return (
    <li className={classes.row}>
      {strip === undefined ? (
        <span className={classes.picture} aria-hidden>
          <IconArrowsHorizontal size={20} stroke={1.5} />
        </span>
      ) : (
        <span
          className={classes.picture}
          aria-hidden
          style={{
            backgroundImage: `url("${strip.url}")`,
            backgroundSize: `${String(strip.columns * 100)}% ${String(strip.rows * 100)}%`,
          }}
        />
      )}
      <div className={classes.rowMain}>
        <div className={classes.rowTitle}>
          <Link href={covariateSetPath(team, set)} className={classes.rowLink}>
            {name}
            <Text span c="dimmed" fw={440}>
              @{version}
            </Text>
          </Link>
          {set.isBuiltIn && <Badge color="gray">Built in</Badge>}
        </div>
        <Text size="sm" c="dimmed">
          {facts.join(' · ')}
        </Text>
        {refusal !== null && (
          <Text size="sm" c="var(--mantine-color-error)" lineClamp={2} className={classes.sentence}>
            {refusal}
          </Text>
        )}
        {state === 'CHECKING' && (
          <Progress
            value={set.progress * 100}
            size={5}
            mt={6}
            maw={320}
            aria-label={`Progress of ${name}`}
          />
        )}
      </div>
      <ModelStateBadge state={state} />
      <Text size="sm" c="dimmed" className={classes.rowWhen} component="div">
        {set.createdBy !== null && `${set.createdBy.name} · `}
        <Moment at={set.createdAt} />
      </Text>
    </li>
  );
}
