/** @file Sign-in, one-time sign-in and sign-out against the gateway's better-auth endpoints. */
import { createAuthClient } from 'better-auth/react';

/** What came of a sign-in: nothing to say, or one sentence for the person. */
export type SignInOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const UNREACHABLE =
  'Colloid’s server could not be reached. Check that it is still running, then try again.';

const client = createAuthClient();

/** Signs in with an e-mail address and a password. */
export async function signInWithPassword(email: string, password: string): Promise<SignInOutcome> {
  try {
    const { error } = await client.signIn.email({ email, password });
    if (error === null) return { ok: true };
    if (error.status === 429)
      return { ok: false, reason: 'Too many attempts. Wait a minute, then try again.' };
    if (error.status === 401 || error.status === 400)
      return { ok: false, reason: 'This address and password do not belong together.' };
    return { ok: false, reason: error.message ?? UNREACHABLE };
  } catch {
    return { ok: false, reason: UNREACHABLE };
  }
}

/** Signs in with the token of a one-time address. A token works once and for a short time. */
export async function signInWithToken(token: string): Promise<SignInOutcome> {
  try {
    const { error } = await client.$fetch('/one-time-token/verify', {
      method: 'POST',
      body: { token },
    });
    if (error === null) return { ok: true };
    if (error.status >= 500 || error.status === 0) return { ok: false, reason: UNREACHABLE };
    return {
      ok: false,
      reason:
        'This one-time address was used already or is too old. Sign in with your password, or ask Colloid for a new address.',
    };
  } catch {
    return { ok: false, reason: UNREACHABLE };
  }
}

/** Ends the session, then loads the sign-in page afresh. */
export async function signOut(): Promise<void> {
  await client.signOut();
  window.location.assign('/sign-in');
}
