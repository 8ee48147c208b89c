'use client';
/** @file Inviting people, and invitations nobody accepted yet. Owners only. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Badge, Box, Button, Group, NativeSelect, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  InviteMemberDocument,
  type Role,
  TeamInvitationsDocument,
  WithdrawInvitationDocument,
} from '@/generated/graphql.ts';
import { ROLES } from '@/lib/roles.ts';
import { useChange } from '@/lib/use-change.ts';
import { asAddress, ShowOnce } from './show-once.tsx';
import classes from './team.module.css';

/** The form and the list. */
export function InvitationsPanel({ team }: { readonly team: { id: string; slug: string } }) {
  const { data, error, refetch } = useQuery(TeamInvitationsDocument, {
    variables: { team: team.slug },
    fetchPolicy: 'cache-and-network',
  });
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('CONTRIBUTOR');
  const [address, setAddress] = useState<string | null>(null);
  const { failure, isBusy, run } = useChange();
  const refetchQueries = ['TeamInvitations'];
  const [invite] = useMutation(InviteMemberDocument, { refetchQueries });
  const [withdraw] = useMutation(WithdrawInvitationDocument, { refetchQueries });
  const submit = async () => {
    await run(async () => {
      const variables = { input: { teamId: team.id, email, role } };
      const { inviteMember } = (await invite({ variables })).data ?? {};
      const path = inviteMember?.issued?.path;
      if (path !== undefined) {
        setAddress(asAddress(path));
        setEmail('');
      }
      return inviteMember?.userErrors;
    });
  };
  const open = data?.team?.invitations ?? [];
  return (
    <Panel
      title="Invite somebody"
      hint="You get an address to hand to them; Colloid sends no mail."
      padded={false}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
        noValidate
      >
        <Group align="flex-end" className={classes.padded} gap="sm">
          <TextInput
            label="E-mail"
            type="email"
            flex="1 1 220px"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <NativeSelect
            label="Role"
            value={role}
            data={ROLES.map((each) => ({ value: each.role, label: each.word }))}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
          />
          <Button type="submit" loading={isBusy} disabled={email.trim() === ''}>
            Invite
          </Button>
        </Group>
        {failure !== null && (
          <Alert color="clay" role="alert" mx={20} mb={16}>
            {failure}
          </Alert>
        )}
      </form>
      {data === undefined && error !== undefined && (
        <Box className={classes.padded}>
          <ErrorState error={error} onRetry={() => void refetch()} />
        </Box>
      )}
      {open.length > 0 && (
        <ul className={classes.list} aria-label="Open invitations">
          {open.map((invitation) => (
            <li key={invitation.id} className={classes.row}>
              <Box className={classes.rowMain}>
                <Text fw={560}>{invitation.email}</Text>
                <Text size="sm" c="dimmed" component="div">
                  {ROLES.find((each) => each.role === invitation.role)?.word} · until{' '}
                  {invitation.expiresAt.slice(0, 10)}
                </Text>
              </Box>
              {invitation.state === 'EXPIRED' && <Badge color="amber">Expired</Badge>}
              <Button
                variant="default"
                size="xs"
                aria-label={`Withdraw the invitation of ${invitation.email}`}
                onClick={() =>
                  void run(async () => {
                    const variables = { input: { invitationId: invitation.id } };
                    return (await withdraw({ variables })).data?.withdrawInvitation.userErrors;
                  })
                }
              >
                Withdraw
              </Button>
            </li>
          ))}
        </ul>
      )}
      <ShowOnce
        title="The invitation"
        hint="Hand this address to the person. It works once, for seven days, for their e-mail address only, and is not shown again."
        value={address}
        onClose={() => setAddress(null)}
      />
    </Panel>
  );
}
