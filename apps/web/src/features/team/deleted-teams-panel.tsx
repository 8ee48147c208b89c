'use client';
/** @file Teams that were deleted, for their owners, while they can be brought back. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Box, Button, Text } from '@mantine/core';
import { ErrorState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import { DeletedTeamsDocument, RestoreTeamDocument } from '@/generated/graphql.ts';
import { teamPath } from '@/lib/routes.ts';
import { useChange } from '@/lib/use-change.ts';
import classes from './team.module.css';

/** The list; nothing where there are none. */
export function DeletedTeamsPanel() {
  const { data, error, refetch } = useQuery(DeletedTeamsDocument, {
    fetchPolicy: 'cache-and-network',
  });
  const [restore] = useMutation(RestoreTeamDocument);
  const { failure, isBusy, run } = useChange();
  const teams = data?.viewer?.deletedTeams ?? [];
  if (data === undefined && error !== undefined) {
    return (
      <Panel title="Deleted teams">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Panel>
    );
  }
  if (teams.length === 0) return null;
  const bringBack = async (teamId: string) => {
    let slug: string | undefined;
    const isDone = await run(async () => {
      const { restoreTeam } = (await restore({ variables: { input: { teamId } } })).data ?? {};
      slug = restoreTeam?.team?.slug;
      return restoreTeam?.userErrors;
    });
    if (isDone && slug !== undefined) window.location.assign(teamPath(slug));
  };
  return (
    <Panel
      title="Deleted teams"
      hint="You own them, so you can bring each back until the day beside it."
      padded={false}
    >
      {failure !== null && (
        <Alert color="clay" role="alert" mx={20} mb={12}>
          {failure}
        </Alert>
      )}
      <ul className={classes.list} aria-label="Deleted teams">
        {teams.map((team) => (
          <li key={team.teamId} className={classes.row}>
            <Box className={classes.rowMain}>
              <Text fw={560}>{team.name}</Text>
              <Text size="sm" c="dimmed" component="div">
                {team.slug} · deleted {team.deletedBy !== null && `by ${team.deletedBy} `}
                <Moment at={team.deletedAt} /> · removed from {team.purgeAfter.slice(0, 10)} on
              </Text>
            </Box>
            <Button
              variant="default"
              size="xs"
              loading={isBusy}
              aria-label={`Bring back ${team.name}`}
              onClick={() => void bringBack(team.teamId)}
            >
              Bring back
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
