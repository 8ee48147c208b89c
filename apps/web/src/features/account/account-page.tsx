'use client';
/** @file One's own name, e-mail address, sessions and password. */
import { Alert, Badge, Box, Button, PasswordInput, Skeleton, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useState } from 'react';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  changePassword,
  listSessions,
  type OwnSession,
  revokeOtherSessions,
  revokeSession,
} from '@/lib/account.ts';
import { useEarlyForm } from '@/lib/use-early-form.ts';
import { describeUserAgent } from '@/lib/user-agent.ts';
import { DeletedTeamsPanel } from '../team/deleted-teams-panel.tsx';
import classes from '../team/team.module.css';
import { EmailPanel } from './email-panel.tsx';
import { NamePanel } from './name-panel.tsx';

/** The page at `/account`. */
export function AccountPage() {
  return (
    <>
      <PageHeader
        crumbs={[{ label: 'Your account' }]}
        title="Your account"
        description="Your name and address, where you are signed in, and your password."
      />
      <Stack gap={20}>
        <NamePanel />
        <EmailPanel />
        <Sessions />
        <Password />
        <DeletedTeamsPanel />
      </Stack>
    </>
  );
}

function Sessions() {
  const [sessions, setSessions] = useState<readonly OwnSession[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const load = useCallback(async () => {
    const answer = await listSessions();
    if (answer.ok) setSessions(answer.value);
    else setFailure(answer.reason);
  }, []);
  useEffect(() => {
    void load();
  }, [load]);
  const end = async (revoke: () => ReturnType<typeof revokeSession>) => {
    const answer = await revoke();
    setFailure(answer.ok ? null : answer.reason);
    await load();
  };
  return (
    <Panel
      title="Sessions"
      padded={false}
      actions={
        <Button
          variant="default"
          size="xs"
          disabled={sessions === null}
          onClick={() => void end(revokeOtherSessions)}
        >
          Sign out everywhere else
        </Button>
      }
    >
      {failure !== null && (
        <Alert color="clay" role="alert" mx={20} mb={12}>
          {failure}
        </Alert>
      )}
      {sessions === null && (
        <Box p={20}>
          <Skeleton h={80} />
        </Box>
      )}
      <ul className={classes.list} aria-label="Sessions">
        {sessions?.map((session) => (
          <li key={session.token} className={classes.row}>
            <Box className={classes.rowMain}>
              <Text fw={560}>
                {hasText(session.userAgent)
                  ? describeUserAgent(session.userAgent)
                  : 'A one-time sign-in, not used yet'}
              </Text>
              <Text size="sm" c="dimmed" component="div">
                {hasText(session.ipAddress) && `${session.ipAddress} · `}since{' '}
                <Moment at={session.createdAt} />
              </Text>
            </Box>
            {session.isCurrent ? (
              <Badge>This one</Badge>
            ) : (
              <Button
                variant="default"
                size="xs"
                onClick={() => void end(() => revokeSession(session.token))}
              >
                Sign out
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The library says '' where it does not know. */
function hasText(text: string | null): text is string {
  return text !== null && text !== '';
}

function Password() {
  const [message, setMessage] = useState<{ text: string; isFailure: boolean } | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { isAlive, field, onSubmit } = useEarlyForm({
    current: (text) => (text === '' ? 'Enter the password you have now.' : null),
    next: (text) => (text.length < 10 ? 'Use at least 10 characters.' : null),
  });
  const submit = onSubmit(async ({ current, next }, form) => {
    setBusy(true);
    const answer = await changePassword(current, next);
    setBusy(false);
    setMessage(
      answer.ok
        ? { text: 'Your password is changed; every other session has ended.', isFailure: false }
        : { text: answer.reason, isFailure: true },
    );
    if (answer.ok) form.reset();
  });
  return (
    <Panel
      title="Password"
      hint="Without one, or if you forgot it: an owner of your team, or whoever runs Colloid, makes an address at which you set a new one."
    >
      <form onSubmit={submit} noValidate>
        <Stack maw={360}>
          {message !== null && (
            <Alert color={message.isFailure ? 'clay' : 'verdigris'} role="alert">
              {message.text}
            </Alert>
          )}
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            {...field('current')}
          />
          <PasswordInput
            label="New password"
            description="At least 10 characters"
            autoComplete="new-password"
            {...field('next')}
          />
          <Button
            type="submit"
            loading={isBusy}
            disabled={!isAlive}
            style={{ alignSelf: 'flex-start' }}
          >
            Change password
          </Button>
        </Stack>
      </form>
    </Panel>
  );
}
