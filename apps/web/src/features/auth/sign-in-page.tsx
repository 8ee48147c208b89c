'use client';
/** @file The sign-in page: a form beside the drawing, or a one-time address taking its course. */
import { Alert, Button, Loader, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { Logo } from '@/components/logo.tsx';
import { signInWithPassword, signInWithToken } from '@/lib/auth.ts';
import { safeNext } from '@/lib/routes.ts';
import { useEarlyForm } from '@/lib/use-early-form.ts';
import { ParticleField } from './particle-field.tsx';
import classes from './sign-in.module.css';

interface SignInPageProps {
  /** The token of a one-time address. */
  readonly token: string | null;
  /** Where to go afterwards. */
  readonly next: string | null;
}

/** The whole page. */
export function SignInPage({ token, next }: SignInPageProps) {
  const [failure, setFailure] = useState<string | null>(null);
  const [isRedeeming, setRedeeming] = useState(token !== null);
  const redeemed = useRef<string | null>(null);
  useEffect(() => {
    // A token works once; strict mode runs effects twice.
    if (token === null || redeemed.current === token) return;
    redeemed.current = token;
    const follow = async () => {
      const outcome = await redeem(token);
      if (outcome.ok) {
        enter(next);
        return;
      }
      setFailure(outcome.reason);
      setRedeeming(false);
    };
    void follow();
  }, [token, next]);
  return (
    <div className={classes.page}>
      <section className={classes.art} aria-hidden>
        <ParticleField />
        <p className={classes.claim}>
          Identities that keep their distance.
          <span>Sample, measure and version synthetic face datasets.</span>
        </p>
      </section>
      <main className={classes.side}>
        <div className={classes.form}>
          <Logo />
          {isRedeeming ? (
            <Stack align="flex-start" gap="xs" mt={40} role="status">
              <Loader size="sm" />
              <Title order={1}>Signing you in</Title>
              <Text c="dimmed">Your one-time address is being checked.</Text>
            </Stack>
          ) : (
            <PasswordForm failure={failure} onFailure={setFailure} next={next} />
          )}
        </div>
      </main>
    </div>
  );
}

interface PasswordFormProps {
  readonly failure: string | null;
  readonly onFailure: (reason: string | null) => void;
  readonly next: string | null;
}

function PasswordForm({ failure, onFailure, next }: PasswordFormProps) {
  const [isBusy, setBusy] = useState(false);
  const { isAlive, field, onSubmit } = useEarlyForm({
    email: (text) => (text.includes('@') ? null : 'Enter your e-mail address.'),
    password: (text) => (text === '' ? 'Enter your password.' : null),
  });
  const submit = onSubmit(async ({ email, password }) => {
    setBusy(true);
    onFailure(null);
    const outcome = await signInWithPassword(email.trim(), password);
    if (outcome.ok) {
      enter(next);
      return;
    }
    onFailure(outcome.reason);
    setBusy(false);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack mt={40} gap="md">
        <div>
          <Title order={1}>Sign in</Title>
          <Text c="dimmed" mt={4}>
            With the account of your team.
          </Text>
        </div>
        {failure !== null && (
          <Alert color="amber" icon={<IconAlertTriangle size={18} />} role="alert">
            {failure}
          </Alert>
        )}
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          size="md"
          {...field('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          size="md"
          {...field('password')}
        />
        <Button type="submit" size="md" loading={isBusy} disabled={!isAlive} fullWidth>
          Sign in
        </Button>
        <Text size="sm" c="dimmed">
          Just started Colloid? The terminal shows a one-time address that signs you in without a
          password.
        </Text>
      </Stack>
    </form>
  );
}

/** Each token is sent at most once per page load, however often effects run. */
const pending = new Map<string, ReturnType<typeof signInWithToken>>();

function redeem(token: string): ReturnType<typeof signInWithToken> {
  const running = pending.get(token) ?? signInWithToken(token);
  pending.set(token, running);
  return running;
}

/** A full load, so that nothing that was fetched signed out stays in memory. */
function enter(next: string | null): void {
  window.location.replace(safeNext(next));
}
