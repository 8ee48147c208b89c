'use client';
/** @file The page that starts a run. */
import { useQuery } from '@apollo/client/react';
import { Skeleton, Stack } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { NewRunPageDocument } from '@/generated/graphql.ts';
import { may } from '@/lib/roles.ts';
import { datasetPath, teamPath } from '@/lib/routes.ts';
import { RecipeForm } from './recipe-form.tsx';
import classes from './recipe.module.css';

interface NewRunPageProps {
  readonly team: string;
  readonly dataset: string;
}

/** The page at `…/runs/new`. */
export function NewRunPage({ team: teamSlug, dataset: datasetSlug }: NewRunPageProps) {
  const { data, error, refetch } = useQuery(NewRunPageDocument, {
    variables: { team: teamSlug, dataset: datasetSlug },
    fetchPolicy: 'cache-and-network',
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <NewRunSkeleton />;
  }
  const { team, recipeParameters, recipePresets } = data;
  const dataset = team?.dataset ?? null;
  if (team === null || dataset === null)
    return <NotFoundState what="dataset" backHref={teamPath(teamSlug)} backLabel="All datasets" />;
  const [first, ...others] = recipePresets;
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(teamSlug) },
          { label: dataset.title, href: datasetPath(teamSlug, datasetSlug) },
          { label: 'New run' },
        ]}
        title="New run"
        description="Choose how faces are sampled. You see what it takes before anything is spent."
      />
      {may(team.viewerRole, 'startRun') && first !== undefined ? (
        <RecipeForm
          team={team}
          dataset={dataset}
          fields={recipeParameters}
          presets={[first, ...others]}
        />
      ) : (
        <EmptyState icon={<IconLock size={20} />} title="You may look, but not start runs">
          Ask an owner of {team.name} to make you a contributor.
        </EmptyState>
      )}
    </>
  );
}

function NewRunSkeleton() {
  return (
    <div role="status" aria-label="Loading the form">
      <Skeleton h={16} w={220} mb={12} />
      <Skeleton h={30} w={160} mb={28} />
      <div className={classes.columns}>
        <Stack gap={20}>
          <Skeleton h={240} />
          <Skeleton h={200} />
          <Skeleton h={200} />
        </Stack>
        <Skeleton h={360} />
      </div>
    </div>
  );
}
