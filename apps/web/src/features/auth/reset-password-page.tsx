'use client';
/** @file Setting a new password at an address that somebody made for it. */
import { Alert, Button, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Logo } from '@/components/logo.tsx';
import { resetPassword } from '@/lib/account.ts';
import { useEarlyForm } from '@/lib/use-early-form.ts';
import classes from '../team/team.module.css';

/** The page at `/reset-password?token=…`. */
export function ResetPasswordPage({ token }: { readonly token: string }) {
  const [failure, setFailure] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { isAlive, field, onSubmit } = useEarlyForm({
    password: (text) => (text.length < 10 ? 'Use at least 10 characters.' : null),
  });
  const submit = onSubmit(async ({ password }) => {
    setBusy(true);
    const outcome = await resetPassword(token, password);
    if (outcome.ok) {
      window.location.replace('/sign-in');
      return;
    }
    setBusy(false);
    setFailure(
      outcome.reason === 'Invalid token'
        ? 'This address was used already or is too old; ask for a new one.'
        : outcome.reason,
    );
  });
  return (
    <main className={classes.side}>
      <div className={classes.form}>
        <Logo />
        <form onSubmit={submit} noValidate>
          <Stack mt={40}>
            <Title order={1}>Set a new password</Title>
            <Text c="dimmed">It ends every session of yours; sign in with it afterwards.</Text>
            {failure !== null && (
              <Alert color="amber" role="alert">
                {failure}
              </Alert>
            )}
            <PasswordInput
              label="New password"
              description="At least 10 characters"
              autoComplete="new-password"
              size="md"
              {...field('password')}
            />
            <Button type="submit" size="md" loading={isBusy} disabled={!isAlive}>
              Set password
            </Button>
          </Stack>
        </form>
      </div>
    </main>
  );
}
