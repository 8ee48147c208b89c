'use client';
/** @file Changes a release that is not published yet. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Skeleton } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import {
  EditReleaseDocument,
  ReleaseFormChoicesDocument,
  UpdateReleaseDocument,
} from '@/generated/graphql.ts';
import { datasetPath, releasePath, teamPath } from '@/lib/routes.ts';
import { useLeave } from '@/lib/use-leave.ts';
import { ReleaseForm } from './release-form.tsx';
import { isAllowed } from './release-scope.tsx';
import { inputOf, type ReleaseValues, valuesOf } from './release-values.ts';

interface EditReleasePageProps {
  readonly team: string;
  readonly dataset: string;
  readonly number: number;
}

/** The page at `…/releases/<number>/edit`. */
export function EditReleasePage(props: EditReleasePageProps) {
  const { team: teamSlug, dataset: datasetSlug, number } = props;
  const options = { fetchPolicy: 'network-only' } as const;
  const choices = useQuery(ReleaseFormChoicesDocument, {
    variables: { team: teamSlug, dataset: datasetSlug },
    ...options,
  });
  const query = useQuery(EditReleaseDocument, {
    variables: { team: teamSlug, dataset: datasetSlug, number },
    ...options,
  });
  const { isLeaving, leave } = useLeave();
  const [update] = useMutation(UpdateReleaseDocument);
  const error = query.error ?? choices.error;
  if (query.data === undefined || choices.data === undefined) {
    if (error !== undefined)
      return (
        <ErrorState
          error={error}
          onRetry={() => {
            void query.refetch();
            void choices.refetch();
          }}
        />
      );
    return <Skeleton h={480} maw={860} role="status" aria-label="Loading the form" />;
  }
  const release = query.data.team?.dataset?.release ?? null;
  const { team } = choices.data;
  const dataset = team?.dataset ?? null;
  const back = releasePath(teamSlug, datasetSlug, number);
  if (release === null || team === null || dataset === null || !isAllowed(release, 'EDIT'))
    return <NotFoundState what="release to edit" backHref={back} backLabel="To the release" />;
  const submit = async (values: ReleaseValues) => {
    const input = { releaseId: release.id, ...inputOf(values) };
    const { data: answer } = await update({ variables: { input } });
    const changed = answer?.updateRelease.release ?? null;
    if (changed !== null) leave(back);
    return answer?.updateRelease.userErrors ?? [];
  };
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(teamSlug) },
          { label: dataset.title, href: datasetPath(teamSlug, datasetSlug) },
          { label: `Release ${String(number)}`, href: back },
          { label: 'Edit' },
        ]}
        title={`Edit ${release.title} ${release.semanticVersion}`}
      />
      {release.state !== 'DRAFT' && (
        <Alert color="amber" icon={<IconAlertTriangle size={18} />} mb={20} maw={860}>
          It is under review. A change makes another candidate: every approval becomes void, the
          checks have to run again, and the release goes back to being a draft.
        </Alert>
      )}
      <ReleaseForm
        initial={valuesOf(release, choices.data.datasheetQuestions)}
        choices={{ versions: dataset.versions.edges, galleries: team.galleries.edges }}
        submitLabel="Save"
        cancelHref={back}
        isLeaving={isLeaving}
        onSubmit={submit}
      />
    </>
  );
}
