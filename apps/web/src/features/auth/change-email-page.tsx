'use client';
/** @file Confirming another e-mail address at the link that was sent to it. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Loader, Stack, Text, Title } from '@mantine/core';
import Link from 'next/link';
import { ErrorState } from '@/components/error-state.tsx';
import { Logo } from '@/components/logo.tsx';
import { ConfirmEmailDocument, OwnEmailDocument } from '@/generated/graphql.ts';
import { signInPath } from '@/lib/routes.ts';
import { useChange } from '@/lib/use-change.ts';
import classes from '../team/team.module.css';

/** The page at `/change-email?token=…`. */
export function ChangeEmailPage({ token }: { readonly token: string }) {
  const { data, error, refetch } = useQuery(OwnEmailDocument, { fetchPolicy: 'network-only' });
  return (
    <main className={classes.side}>
      <div className={classes.form}>
        <Logo />
        <Stack mt={40}>
          <Title order={1}>
            Change your <span style={{ whiteSpace: 'nowrap' }}>e-mail</span> address
          </Title>
          {data !== undefined && <Confirmation token={token} viewer={data.viewer} />}
          {data === undefined && error !== undefined && (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )}
          {data === undefined && error === undefined && (
            <Loader size="sm" role="status" aria-label="Looking who you are" />
          )}
        </Stack>
      </div>
    </main>
  );
}

interface ConfirmationProps {
  readonly token: string;
  readonly viewer: { readonly email: string; readonly askedEmail: string | null } | null;
}

function Confirmation({ token, viewer }: ConfirmationProps) {
  const { failure, isBusy, run } = useChange();
  const [confirm] = useMutation(ConfirmEmailDocument, { fetchPolicy: 'no-cache' });
  if (viewer === null) {
    return (
      <>
        <Text c="dimmed">Sign in first, with the address that you have now.</Text>
        <Button component={Link} href={signInPath(`/change-email?token=${token}`)} size="md">
          Sign in
        </Button>
      </>
    );
  }
  if (viewer.askedEmail === null) {
    return (
      <>
        <Text c="dimmed">
          You are signed in as {viewer.email} and have not asked for another address, or took it
          back.
        </Text>
        <Button component={Link} href="/account" variant="default">
          Go to your account
        </Button>
      </>
    );
  }
  const submit = async () => {
    const isDone = await run(async () => {
      const { data } = await confirm({ variables: { input: { token } } });
      return data?.confirmEmail.userErrors;
    });
    if (isDone) window.location.replace('/account');
  };
  return (
    <>
      <Text c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        From {viewer.email} to {viewer.askedEmail}. It ends every other session of yours; your
        password stays as it is.
      </Text>
      {failure !== null && (
        <Alert color="amber" role="alert">
          {failure}
        </Alert>
      )}
      <Button size="md" loading={isBusy} onClick={() => void submit()}>
        Change my address
      </Button>
    </>
  );
}
