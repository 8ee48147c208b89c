'use client';
/** @file All datasets of one team. */
import { useQuery } from '@apollo/client/react';
import { Button, Center } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { TeamDatasetsDocument } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { may } from '@/lib/roles.ts';
import { CreateDatasetDialog } from './create-dataset-dialog.tsx';
import { DatasetCard } from './dataset-card.tsx';
import { DatasetsSkeleton } from './datasets-skeleton.tsx';
import classes from './datasets.module.css';
import { FirstSteps } from './first-steps.tsx';

/** The page at `/t/<team>`. */
export function DatasetsPage({ team: slug }: { readonly team: string }) {
  const [isOpen, dialog] = useDisclosure(false);
  const { data, error, loading, refetch, fetchMore } = useQuery(TeamDatasetsDocument, {
    variables: { team: slug },
    fetchPolicy: 'cache-and-network',
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <DatasetsSkeleton />;
  }
  const { team } = data;
  if (team === null)
    return <NotFoundState what="team" backHref="/" backLabel="Go to your datasets" />;
  const { edges, pageInfo, totalCount } = team.datasets;
  const canCreate = may(team.viewerRole, 'createDataset');
  const create = canCreate && (
    <Button leftSection={<IconPlus size={16} />} onClick={dialog.open}>
      New dataset
    </Button>
  );
  return (
    <>
      <PageHeader
        crumbs={[{ label: team.name }]}
        title="Datasets"
        description={
          edges.length > 0 ? formatCounted(totalCount, 'dataset', 'datasets') : undefined
        }
        actions={edges.length > 0 ? create : undefined}
      />
      {edges.length === 0 ? (
        <FirstSteps action={create} />
      ) : (
        <div className={classes.grid}>
          {edges.map(({ node }) => (
            <DatasetCard key={node.id} team={slug} dataset={node} />
          ))}
        </div>
      )}
      {pageInfo.hasNextPage && (
        <Center mt="lg">
          <Button
            variant="default"
            loading={loading}
            onClick={() => void fetchMore({ variables: { after: pageInfo.endCursor } })}
          >
            Show more
          </Button>
        </Center>
      )}
      <CreateDatasetDialog team={team} opened={isOpen} onClose={dialog.close} />
    </>
  );
}
