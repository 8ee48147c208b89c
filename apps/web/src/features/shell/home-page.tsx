'use client';
/** @file Leads to the first team; someone in no team makes one. */
import { useQuery } from '@apollo/client/react';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUsersGroup } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState } from '@/components/error-state.tsx';
import { DatasetsSkeleton } from '@/features/datasets/datasets-skeleton.tsx';
import { ViewerDocument } from '@/generated/graphql.ts';
import { teamPath } from '@/lib/routes.ts';
import { CreateTeamDialog } from './create-team-dialog.tsx';

/** The page at `/`. */
export function HomePage() {
  const router = useRouter();
  const { data, error, refetch } = useQuery(ViewerDocument);
  const [isOpen, dialog] = useDisclosure(false);
  const first = data?.viewer?.teams[0]?.slug;
  useEffect(() => {
    if (first !== undefined) router.replace(teamPath(first));
  }, [first, router]);
  if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data?.viewer?.teams.length !== 0) return <DatasetsSkeleton />;
  return (
    <>
      <EmptyState
        icon={<IconUsersGroup size={22} />}
        title="You are in no team yet"
        action={<Button onClick={dialog.open}>Create a team</Button>}
      >
        Datasets, budgets and runs belong to a team. Create one, or ask a colleague to add you to
        theirs.
      </EmptyState>
      <CreateTeamDialog opened={isOpen} onClose={dialog.close} />
    </>
  );
}
