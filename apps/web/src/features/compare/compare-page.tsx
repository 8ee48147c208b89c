'use client';
/** @file Two versions of a dataset: what came and went, metric by metric, distributions, faces. */
import { useQuery } from '@apollo/client/react';
import { ActionIcon, Alert, Group, Select, Skeleton, Tooltip } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useRouter, useSearchParams } from 'next/navigation';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { ComparePageDocument } from '@/generated/graphql.ts';
import { comparePath, datasetPath, teamPath } from '@/lib/routes.ts';
import classes from './compare.module.css';
import { Comparison } from './comparison.tsx';

interface ComparePageProps {
  readonly team: string;
  readonly dataset: string;
}

/** The page at `/t/<team>/d/<dataset>/compare?before=<number>&after=<number>`. */
export function ComparePage({ team: teamSlug, dataset: slug }: ComparePageProps) {
  const router = useRouter();
  const params = useSearchParams();
  const { data, error, refetch } = useQuery(ComparePageDocument, {
    variables: { team: teamSlug, dataset: slug },
    fetchPolicy: 'cache-and-network',
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={420} role="status" aria-label="Loading the versions" />;
  }
  const { team } = data;
  const dataset = team?.dataset ?? null;
  if (team === null || dataset === null)
    return <NotFoundState what="dataset" backHref={teamPath(teamSlug)} backLabel="All datasets" />;
  const versions = dataset.versions.edges.map(({ node }) => node);
  const chosen = (name: string) =>
    versions.find((version) => String(version.number) === params.get(name)) ?? null;
  const unknown = ['before', 'after'].filter((name) => params.has(name) && chosen(name) === null);
  const before = chosen('before') ?? versions[1] ?? versions[0] ?? null;
  const after = chosen('after') ?? versions[0] ?? null;
  const go = (pair: { readonly before: number; readonly after: number }) => {
    router.replace(comparePath(teamSlug, slug, pair), { scroll: false });
  };
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(teamSlug) },
          { label: dataset.title, href: datasetPath(teamSlug, slug) },
          { label: 'Compare versions' },
        ]}
        title="Compare versions"
        description="What the one version has and the other has not, and how their numbers differ."
      />
      {unknown.length > 0 && (
        <Alert color="amber" role="alert" mb="md">
          {unknown.map((name) => `There is no version ${params.get(name) ?? ''} here.`).join(' ')}{' '}
          Choose one below.
        </Alert>
      )}
      {before === null || after === null ? (
        <Alert color="gray">This dataset has no version yet; there is nothing to compare.</Alert>
      ) : (
        <>
          <Group align="flex-end" gap="xs" mb="lg" className={classes.pair}>
            <VersionChoice
              label="Before"
              versions={versions}
              value={before.number}
              onChange={(number) => {
                go({ before: number, after: after.number });
              }}
            />
            <Tooltip label="Swap them">
              <ActionIcon
                size={36}
                aria-label="Swap the versions"
                onClick={() => {
                  go({ before: after.number, after: before.number });
                }}
              >
                <IconArrowsExchange size={18} />
              </ActionIcon>
            </Tooltip>
            <VersionChoice
              label="After"
              versions={versions}
              value={after.number}
              onChange={(number) => {
                go({ before: before.number, after: number });
              }}
            />
          </Group>
          {before.id === after.id ? (
            <Alert color="gray">
              {versions.length < 2
                ? 'This dataset has one version; a comparison needs two.'
                : 'Both are the same version; choose another one.'}
            </Alert>
          ) : (
            <Comparison team={teamSlug} dataset={slug} beforeId={before.id} afterId={after.id} />
          )}
        </>
      )}
    </>
  );
}

function VersionChoice({
  label,
  versions,
  value,
  onChange,
}: {
  readonly label: string;
  readonly versions: readonly { readonly number: number; readonly message: string }[];
  readonly value: number;
  readonly onChange: (number: number) => void;
}) {
  return (
    <Select
      label={label}
      allowDeselect={false}
      searchable
      data={versions.map(({ number, message }) => ({
        value: String(number),
        label:
          message === '' ? `Version ${String(number)}` : `Version ${String(number)}: ${message}`,
      }))}
      value={String(value)}
      onChange={(next) => {
        if (next !== null) onChange(Number(next));
      }}
    />
  );
}
