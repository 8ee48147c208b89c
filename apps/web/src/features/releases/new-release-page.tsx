'use client';
/** @file Proposes a release of a version. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Button, Skeleton } from '@mantine/core';
import { IconVersions } from '@tabler/icons-react';
import Link from 'next/link';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { CreateReleaseDocument, ReleaseFormChoicesDocument } from '@/generated/graphql.ts';
import { datasetPath, releasePath, teamPath } from '@/lib/routes.ts';
import { useLeave } from '@/lib/use-leave.ts';
import { nextVersion } from './next-version.ts';
import { ReleaseForm } from './release-form.tsx';
import { inputOf, newValues, type ReleaseValues } from './release-values.ts';

interface NewReleasePageProps {
  readonly team: string;
  readonly dataset: string;
  /** Number of the version to begin with; null for the newest one. */
  readonly version: number | null;
}

/** The page at `…/releases/new`. */
export function NewReleasePage({
  team: teamSlug,
  dataset: datasetSlug,
  version,
}: NewReleasePageProps) {
  const { data, error, refetch } = useQuery(ReleaseFormChoicesDocument, {
    variables: { team: teamSlug, dataset: datasetSlug },
    fetchPolicy: 'network-only',
  });
  const { isLeaving, leave } = useLeave();
  const [create] = useMutation(CreateReleaseDocument);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={480} maw={860} role="status" aria-label="Loading the form" />;
  }
  const { team } = data;
  const dataset = team?.dataset ?? null;
  const back = datasetPath(teamSlug, datasetSlug);
  if (team === null || dataset === null)
    return <NotFoundState what="dataset" backHref={teamPath(teamSlug)} backLabel="All datasets" />;
  const versions = dataset.versions.edges;
  const chosen =
    versions.find(({ node }) => node.number === version)?.node ?? versions[0]?.node ?? null;
  const previous = dataset.releases.edges[0]?.node ?? null;
  const submit = async (values: ReleaseValues) => {
    const { data: answer } = await create({ variables: { input: inputOf(values) } });
    const release = answer?.createRelease.release ?? null;
    if (release !== null) leave(releasePath(teamSlug, datasetSlug, release.number));
    return answer?.createRelease.userErrors ?? [];
  };
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(teamSlug) },
          { label: dataset.title, href: back },
          { label: 'New release' },
        ]}
        title="Propose a release"
        description="It begins as a draft. Others review it before anybody can use it."
      />
      {chosen === null ? (
        <EmptyState
          icon={<IconVersions size={20} />}
          title="There is nothing to release yet"
          action={
            <Button component={Link} href={back} variant="default">
              To the dataset
            </Button>
          }
        >
          A release is made of a version, and this dataset has none.
        </EmptyState>
      ) : (
        <ReleaseForm
          initial={newValues({
            versionId: chosen.id,
            semanticVersion: nextVersion(previous?.semanticVersion ?? null),
            title: dataset.title,
            questions: data.datasheetQuestions,
            previous,
          })}
          choices={{ versions, galleries: team.galleries.edges }}
          submitLabel="Make the draft"
          cancelHref={back}
          isLeaving={isLeaving}
          onSubmit={submit}
        />
      )}
    </>
  );
}
