'use client';
/** @file Members, invitations, budget, release policy, API keys, webhooks and names of a team. */
import { useQuery } from '@apollo/client/react';
import { Button, Skeleton, Stack } from '@mantine/core';
import Link from 'next/link';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { ReleasePolicyPanel } from '@/features/releases/policy-panel.tsx';
import { TeamSettingsPageDocument } from '@/generated/graphql.ts';
import { may } from '@/lib/roles.ts';
import { accountPath, teamPath } from '@/lib/routes.ts';
import { BudgetPanel } from '../dataset/budget-panel.tsx';
import { WebhooksPanel } from '../webhooks/webhooks-panel.tsx';
import { ApiKeysPanel } from './api-keys-panel.tsx';
import { InvitationsPanel } from './invitations-panel.tsx';
import { MembersPanel } from './members-panel.tsx';
import { TeamNamesPanel } from './team-names-panel.tsx';

/** The page at `/t/<team>/settings`. */
export function TeamSettingsPage({ team: slug }: { readonly team: string }) {
  const { data, error, refetch } = useQuery(TeamSettingsPageDocument, {
    variables: { team: slug },
    fetchPolicy: 'cache-and-network',
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={300} role="status" aria-label="Loading the settings" />;
  }
  const { team, viewer, permissions } = data;
  if (team === null || viewer === null)
    return <NotFoundState what="team" backHref="/" backLabel="Go to your datasets" />;
  return (
    <>
      <PageHeader
        crumbs={[{ label: team.name, href: teamPath(slug) }, { label: 'Settings' }]}
        title="Team settings"
        description="Who belongs to the team, what it may make and release, and who acts for it or is told of it."
        actions={
          <Button component={Link} href={accountPath} variant="default">
            Your sessions and password
          </Button>
        }
      />
      <Stack gap={20}>
        <MembersPanel team={team} members={team.members} viewerId={viewer.id} />
        {may(team.viewerRole, 'manageMembers') && <InvitationsPanel team={team} />}
        <BudgetPanel scope={{ teamId: team.id }} budget={team.budget} role={team.viewerRole} />
        <ReleasePolicyPanel team={team} />
        <ApiKeysPanel team={team} keys={team.apiKeys} permissions={permissions} />
        {may(team.viewerRole, 'manageWebhooks') && <WebhooksPanel team={team} />}
        {may(team.viewerRole, 'renameTeam') && (
          <TeamNamesPanel key={`${team.slug} ${team.name}`} team={team} />
        )}
      </Stack>
    </>
  );
}
