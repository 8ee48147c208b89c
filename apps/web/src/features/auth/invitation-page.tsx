'use client';
/** @file What an invitation leads to: joining, signing in first, or making an account. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Loader, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import Link from 'next/link';
import { useState } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { Logo } from '@/components/logo.tsx';
import {
  AcceptInvitationDocument,
  InvitationOfferDocument,
  type InvitationOfferQuery,
} from '@/generated/graphql.ts';
import { signUpInvited } from '@/lib/account.ts';
import { ROLES } from '@/lib/roles.ts';
import { signInPath, teamPath } from '@/lib/routes.ts';
import { useChange } from '@/lib/use-change.ts';
import classes from '../team/team.module.css';

/** The page at `/invitation?token=…`. */
export function InvitationPage({ token }: { readonly token: string }) {
  const { data, error, refetch } = useQuery(InvitationOfferDocument, {
    variables: { token },
    fetchPolicy: 'network-only',
  });
  return (
    <main className={classes.side}>
      <div className={classes.form}>
        <Logo />
        <Stack mt={40}>
          {data !== undefined && (
            <Offer token={token} offer={data.invitation} viewer={data.viewer} />
          )}
          {data === undefined && error !== undefined && (
            <ErrorState error={error} onRetry={() => void refetch()} />
          )}
          {data === undefined && error === undefined && (
            <Loader size="sm" role="status" aria-label="Looking at the invitation" />
          )}
        </Stack>
      </div>
    </main>
  );
}

interface OfferProps {
  readonly token: string;
  readonly offer: InvitationOfferQuery['invitation'];
  readonly viewer: InvitationOfferQuery['viewer'];
}

const OVER = {
  EXPIRED: 'This invitation has expired',
  ACCEPTED: 'This invitation has been accepted already',
  WITHDRAWN: 'This invitation was withdrawn',
} as const;

function Offer({ token, offer, viewer }: OfferProps) {
  const { failure, isBusy, run } = useChange();
  const [accept] = useMutation(AcceptInvitationDocument);
  if (offer === null || offer.state !== 'OPEN') {
    const title =
      offer === null ? 'There is no such invitation' : OVER[offer.state as keyof typeof OVER];
    return (
      <>
        <Title order={1}>{title}</Title>
        <Text c="dimmed">Ask an owner of the team for a new one.</Text>
        <Button component={Link} href="/" variant="default">
          {viewer === null ? 'Sign in' : 'Go to your datasets'}
        </Button>
      </>
    );
  }
  const join = () =>
    run(async () => {
      const { acceptInvitation } = (await accept({ variables: { input: { token } } })).data ?? {};
      const slug = acceptInvitation?.team?.slug;
      if (slug !== undefined) window.location.replace(teamPath(slug));
      return acceptInvitation?.userErrors;
    });
  const word = ROLES.find(({ role }) => role === offer.role)?.word ?? offer.role;
  const here = `/invitation?token=${token}`;
  return (
    <>
      <Title order={1}>Join {offer.teamName}</Title>
      <Text c="dimmed">
        {offer.invitedBy} invites {offer.email} as {word.toLowerCase()}.
      </Text>
      {failure !== null && (
        <Alert color="amber" role="alert">
          {failure}
        </Alert>
      )}
      {viewer !== null && (
        <Button size="md" loading={isBusy} onClick={() => void join()}>
          Join as {viewer.email}
        </Button>
      )}
      {viewer === null && (
        <>
          <NewAccount email={offer.email} token={token} onMade={() => void join()} />
          <Button component={Link} href={signInPath(here)} variant="default">
            I have an account: sign in
          </Button>
        </>
      )}
    </>
  );
}

interface NewAccountProps {
  readonly email: string;
  readonly token: string;
  readonly onMade: () => void;
}

function NewAccount({ email, token, onMade }: NewAccountProps) {
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useForm({
    initialValues: { name: '', password: '' },
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter your name.' : null),
      password: (value) => (value.length < 10 ? 'Use at least 10 characters.' : null),
    },
  });
  const submit = form.onSubmit(async ({ name, password }) => {
    setBusy(true);
    const outcome = await signUpInvited({ name: name.trim(), email, password }, token);
    setBusy(false);
    if (outcome.ok) onMade();
    else setFailure(outcome.reason);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        {failure !== null && (
          <Alert color="amber" role="alert">
            {failure}
          </Alert>
        )}
        <TextInput label="Your name" autoComplete="name" {...form.getInputProps('name')} />
        <PasswordInput
          label="Password"
          description="At least 10 characters"
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" size="md" loading={isBusy}>
          Make an account and join
        </Button>
      </Stack>
    </form>
  );
}
