'use client';
/** @file Who belongs to the team; owners change that here. */
import { useMutation } from '@apollo/client/react';
import { ActionIcon, Alert, Badge, Box, Button, Menu, NativeSelect, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { Moment } from '@/components/moment.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  CreateEmailConfirmationDocument,
  CreatePasswordResetDocument,
  LeaveTeamDocument,
  type MemberRowFragment,
  RemoveMemberDocument,
  type Role,
  SetMemberRoleDocument,
} from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { may, ROLES } from '@/lib/roles.ts';
import { useChange } from '@/lib/use-change.ts';
import { LeaveDialog, type Leaving } from './leave-dialog.tsx';
import { asAddress, ShowOnce } from './show-once.tsx';
import classes from './team.module.css';

interface MembersPanelProps {
  readonly team: { readonly id: string; readonly viewerRole: Role };
  readonly members: readonly MemberRowFragment[];
  readonly viewerId: string;
}

/** An address to be handed on, and how. */
interface Issued {
  readonly title: string;
  readonly hint: string;
  readonly address: string;
}

const NEW_PASSWORD = {
  title: 'Address for a new password',
  hint: 'Hand this to the person. It works once, within an hour, and is not shown again.',
};

const newEmail = (email: string) => ({
  title: 'Link that confirms the new address',
  hint: `Send this to ${email} and nowhere else: who opens it there shows that they read that mailbox. It works once, within a day, and is not shown again.`,
});

/** The list, with what the viewer may do about each member. */
export function MembersPanel({ team, members, viewerId }: MembersPanelProps) {
  const { failure, isBusy, run } = useChange();
  const [issued, setIssued] = useState<Issued | null>(null);
  const refetchQueries = ['TeamSettingsPage'];
  const [setRole] = useMutation(SetMemberRoleDocument, { refetchQueries });
  const [remove] = useMutation(RemoveMemberDocument, { refetchQueries });
  const [leave] = useMutation(LeaveTeamDocument);
  const [reset] = useMutation(CreatePasswordResetDocument);
  const [confirmEmail] = useMutation(CreateEmailConfirmationDocument);
  const canManage = may(team.viewerRole, 'manageMembers');
  const key = (userId: string) => ({ variables: { input: { teamId: team.id, userId } } });
  const changeRole = (userId: string, role: Role) =>
    run(async () => {
      const variables = { input: { teamId: team.id, userId, role } };
      return (await setRole({ variables })).data?.setMemberRole.userErrors;
    });
  const issueReset = (userId: string) =>
    run(async () => {
      const { data } = await reset(key(userId));
      const path = data?.createPasswordReset.reset?.path;
      if (path !== undefined) setIssued({ ...NEW_PASSWORD, address: asAddress(path) });
      return data?.createPasswordReset.userErrors;
    });
  const issueConfirmation = (userId: string, email: string) =>
    run(async () => {
      const { data } = await confirmEmail(key(userId));
      const path = data?.createEmailConfirmation.confirmation?.path;
      if (path !== undefined) setIssued({ ...newEmail(email), address: asAddress(path) });
      return data?.createEmailConfirmation.userErrors;
    });
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const confirm = async ({ userId }: Leaving) => {
    const isSelf = userId === viewerId;
    const isDone = await run(async () =>
      isSelf
        ? (await leave({ variables: { input: { teamId: team.id } } })).data?.leaveTeam.userErrors
        : (await remove(key(userId))).data?.removeMember.userErrors,
    );
    setLeaving(null);
    if (isDone && isSelf) window.location.assign('/');
  };
  return (
    <Panel
      title="Members"
      hint={formatCounted(members.length, 'person', 'people')}
      padded={false}
      actions={
        <Button
          variant="default"
          size="xs"
          onClick={() => setLeaving({ userId: viewerId, name: 'you' })}
        >
          Leave the team
        </Button>
      }
    >
      {failure !== null && (
        <Alert color="clay" role="alert" mx={20} mb={12}>
          {failure}
        </Alert>
      )}
      <ul className={classes.list} aria-label="Members">
        {members.map((member) => (
          <li key={member.userId} className={classes.row}>
            <Box className={classes.rowMain}>
              <Text fw={560}>
                {member.name} {member.userId === viewerId && <Badge color="gray">You</Badge>}
              </Text>
              <Text size="sm" c="dimmed" component="div">
                {member.email !== null && `${member.email} · `}joined{' '}
                <Moment at={member.createdAt} />
              </Text>
              {member.askedEmail !== null && (
                <Text size="sm">asks for the address {member.askedEmail}</Text>
              )}
            </Box>
            {canManage ? (
              <NativeSelect
                aria-label={`Role of ${member.name}`}
                value={member.role}
                data={ROLES.map(({ role, word }) => ({ value: role, label: word }))}
                onChange={(event) =>
                  void changeRole(member.userId, event.currentTarget.value as Role)
                }
              />
            ) : (
              <Badge color="gray">{ROLES.find(({ role }) => role === member.role)?.word}</Badge>
            )}
            {canManage && (
              <Menu position="bottom-end">
                <Menu.Target>
                  <ActionIcon aria-label={`More for ${member.name}`}>
                    <IconDots size={18} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => void issueReset(member.userId)}>
                    Address for a new password
                  </Menu.Item>
                  {member.askedEmail !== null && (
                    <Menu.Item
                      onClick={() => void issueConfirmation(member.userId, member.askedEmail ?? '')}
                    >
                      Link for {member.askedEmail}
                    </Menu.Item>
                  )}
                  <Menu.Item color="clay" onClick={() => setLeaving(member)}>
                    Remove from the team
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          </li>
        ))}
      </ul>
      <LeaveDialog
        who={leaving}
        isSelf={leaving?.userId === viewerId}
        isBusy={isBusy}
        onClose={() => setLeaving(null)}
        onConfirm={(who) => void confirm(who)}
      />
      <ShowOnce
        title={issued?.title ?? ''}
        hint={issued?.hint ?? ''}
        value={issued?.address ?? null}
        onClose={() => setIssued(null)}
      />
    </Panel>
  );
}
