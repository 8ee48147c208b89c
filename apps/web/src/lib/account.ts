/** @file One's own account at the gateway's better-auth endpoints: sessions, passwords, sign-up by invitation. */

/** What came of it: a value, or one sentence for the person. */
export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** A place where one is signed in. */
export interface OwnSession {
  readonly token: string;
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly isCurrent: boolean;
}

const UNREACHABLE = 'Colloid’s server could not be reached. Try again in a moment.';

/** Newest first. */
export async function listSessions(): Promise<Outcome<readonly OwnSession[]>> {
  const [all, current] = await Promise.all([
    call<Omit<OwnSession, 'isCurrent'>[]>('/list-sessions'),
    call<{ session: { token: string } } | null>('/get-session'),
  ]);
  if (!all.ok) return all;
  const token = current.ok ? current.value?.session.token : undefined;
  const value = all.value
    .map((session) => Object.assign(session, { isCurrent: session.token === token }))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return { ok: true, value };
}

/** Ends one session. */
export function revokeSession(token: string): Promise<Outcome<unknown>> {
  return call('/revoke-session', { token });
}

/** Ends every session but this one. */
export function revokeOtherSessions(): Promise<Outcome<unknown>> {
  return call('/revoke-other-sessions', {});
}

/** Changes the password and ends every other session. */
export function changePassword(
  currentPassword: string,
  newPassword: string,
): Promise<Outcome<unknown>> {
  return call('/change-password', { currentPassword, newPassword, revokeOtherSessions: true });
}

/** Sets a password by the token of an address that somebody made for it. */
export function resetPassword(token: string, newPassword: string): Promise<Outcome<unknown>> {
  return call('/reset-password', { token, newPassword });
}

/** Makes the account that an invitation is for, and signs in. */
export function signUpInvited(
  person: { readonly name: string; readonly email: string; readonly password: string },
  invitation: string,
): Promise<Outcome<unknown>> {
  return call('/sign-up/email', person, { 'x-colloid-invitation': invitation });
}

async function call<T>(
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Outcome<T>> {
  try {
    const response = await fetch(`/api/auth${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json().catch(() => null)) as T & { message?: string };
    if (response.ok) return { ok: true, value: answer };
    if (response.status === 429)
      return { ok: false, reason: 'Too many attempts. Wait a minute, then try again.' };
    return { ok: false, reason: answer?.message ?? UNREACHABLE };
  } catch {
    return { ok: false, reason: UNREACHABLE };
  }
}
