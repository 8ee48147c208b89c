/** @file Sign-in: better-auth over the catalog's tables. No telemetry, no calls to anywhere. */
import { createHash } from 'node:crypto';

import { betterAuth } from 'better-auth';
import { APIError, createAuthMiddleware, getSessionFromCtx } from 'better-auth/api';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { oneTimeToken } from 'better-auth/plugins';
import type { Catalog } from '@colloid/catalog';
import type { Logger } from 'pino';

import type { SignUpPolicy } from '../config.ts';
import { claimFirstSignUp, endFirstSignUp } from './first-sign-up.ts';
import { CLOSED_PATHS, OwnChanges } from './own-changes.ts';

/** Header in which the gateway itself tells better-auth the address of the client; a client's own is overwritten. */
export const CLIENT_ADDRESS_HEADER = 'x-colloid-client-address';

/** Header in which a sign-up names the invitation that it follows. */
const INVITATION_HEADER = 'x-colloid-invitation';

/** Prefix of every cookie we set. */
const COOKIE_PREFIX = 'colloid';

/** Fewest characters of a password. */
export const MIN_PASSWORD_LENGTH = 10;

/** Where accounts are made over HTTP. */
const SIGN_UP_PATH = '/sign-up/email';

/** Where a one-time sign-in is used up. */
const ONE_TIME_PATH = '/one-time-token/verify';

const SESSION_SECONDS = 14 * 24 * 3600;
const SIGN_IN_WINDOW_SECONDS = 60;
const SIGN_IN_ATTEMPTS = 10;

/** What sign-in is made from. */
export interface AuthOptions {
  readonly catalog: Pick<Catalog, 'prisma' | 'invitations' | 'people'>;
  readonly secret: string;
  /** Origin under which browsers see the gateway; cookies are Secure exactly when it is https. */
  readonly publicUrl: string;
  readonly signUp?: SignUpPolicy;
  /** Where the library's warnings go; without a log only its errors are shown. */
  readonly log?: Logger;
}

/**
 * Sign-in for one gateway or one command.
 *
 * Accounts are made by `ensureUser`, by an open sign-up, or over HTTP by the first person of an installation
 * that has nobody yet; everybody else's sign-up is refused.
 */
export function createAuth(options: AuthOptions) {
  const { prisma, invitations } = options.catalog;
  const ownChanges = new OwnChanges(options.catalog);
  const closed = (options.signUp ?? 'first-user') === 'first-user';
  const isInvited = async (headers: Headers | undefined, body: unknown): Promise<boolean> => {
    const token = headers?.get(INVITATION_HEADER);
    const offer = token == null ? null : await invitations.offerOf(token);
    return offer?.state === 'OPEN' && isAddressOf(offer.email, body);
  };
  return betterAuth({
    appName: 'Colloid',
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    secret: options.secret,
    database: prismaAdapter(prisma, { provider: 'postgresql' }),
    trustedOrigins: [...trustedOrigins(options.publicUrl)],
    emailAndPassword: {
      enabled: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      // Whoever sets a new password may do so because somebody else has the old one.
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: async ({ user }, request) => {
        await ownChanges.tellOfReset({ userId: user.id, address: addressOf(request?.headers) });
      },
    },
    verification: {
      storeIdentifier: {
        default: 'plain',
        overrides: {
          'reset-password:': { hash: (identifier) => Promise.resolve(hashToken(identifier)) },
        },
      },
    },
    session: { expiresIn: SESSION_SECONDS },
    databaseHooks: {
      user: {
        create: {
          // Asked once more at the last moment, since others sign up while a password is hashed.
          before: async (_user, context) => {
            if (!closed || context?.path !== SIGN_UP_PATH) return;
            if (await isInvited(context.headers, context.body)) return;
            if (!(await claimFirstSignUp(options.catalog))) throw signUpClosed();
          },
          after: async (_user, context) => {
            if (closed && context?.path === SIGN_UP_PATH) await endFirstSignUp(options.catalog);
          },
        },
      },
    },
    telemetry: { enabled: false },
    plugins: [
      oneTimeToken({
        disableClientRequest: true,
        storeToken: { type: 'custom-hasher', hash: (token) => Promise.resolve(hashToken(token)) },
      }),
    ],
    hooks: {
      before: createAuthMiddleware(async (context) => {
        const { request } = context;
        if (request !== undefined && ownChanges.isTold(context.path)) {
          const userId = (await getSessionFromCtx(context))?.user.id;
          const address = addressOf(context.headers);
          if (userId !== undefined) ownChanges.remember(request, { userId, address });
        }
        if (!closed || context.path !== SIGN_UP_PATH) return;
        if ((await prisma.user.count({ take: 1 })) === 0) return;
        if (!(await isInvited(context.headers, context.body))) throw signUpClosed();
      }),
      after: createAuthMiddleware(async ({ path, request, context }) => {
        if (request === undefined || context.returned instanceof APIError) return;
        if (path === ONE_TIME_PATH && context.newSession !== null) {
          // It was made on the command line: only now is it known where it is used.
          await prisma.session.updateMany({
            where: { token: context.newSession.session.token },
            data: {
              userAgent: request.headers.get('user-agent') ?? '',
              ipAddress: addressOf(request.headers) ?? '',
            },
          });
        }
        await ownChanges.tell(path, request);
      }),
    },
    disabledPaths: CLOSED_PATHS,
    rateLimit: {
      enabled: true,
      // Not in the memory of one process: several gateways share the attempts of an address.
      storage: 'database',
      window: 60,
      max: 300,
      customRules: {
        '/sign-in/email': { window: SIGN_IN_WINDOW_SECONDS, max: SIGN_IN_ATTEMPTS },
        [SIGN_UP_PATH]: { window: SIGN_IN_WINDOW_SECONDS, max: SIGN_IN_ATTEMPTS },
        '/reset-password': { window: SIGN_IN_WINDOW_SECONDS, max: SIGN_IN_ATTEMPTS },
        '/change-password': { window: SIGN_IN_WINDOW_SECONDS, max: SIGN_IN_ATTEMPTS },
        [ONE_TIME_PATH]: { window: SIGN_IN_WINDOW_SECONDS, max: SIGN_IN_ATTEMPTS },
      },
    },
    logger: loggerFor(options.log),
    advanced: {
      // Said outright, since the library's default is another one where NODE_ENV is 'test'.
      disableOriginCheck: false,
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: options.publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
  });
}

/** Sign-in as {@link createAuth} makes it. */
export type Auth = ReturnType<typeof createAuth>;

/** How a one-time token is kept: a copy of the database does not sign anybody in. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/**
 * Origins from which a browser's requests are accepted: the public one, and where that is this machine,
 * both of its usual names.
 */
export function trustedOrigins(publicUrl: string): ReadonlySet<string> {
  const { origin, protocol, hostname, port } = new URL(publicUrl);
  const suffix = port === '' ? '' : `:${port}`;
  return ['127.0.0.1', 'localhost'].includes(hostname)
    ? new Set([origin, `${protocol}//127.0.0.1${suffix}`, `${protocol}//localhost${suffix}`])
    : new Set([origin]);
}

function signUpClosed(): APIError {
  return new APIError('FORBIDDEN', {
    code: 'SIGN_UP_CLOSED',
    message:
      'Accounts here are made by an administrator or by invitation; ask for a sign-in address.',
  });
}

/** The address that the gateway has found the request to come from. */
function addressOf(headers: Headers | undefined): string | undefined {
  const address = headers?.get(CLIENT_ADDRESS_HEADER);
  return address == null || address === '' ? undefined : address;
}

function isAddressOf(email: string, body: unknown): boolean {
  const given = (body as { readonly email?: unknown } | undefined)?.email;
  return typeof given === 'string' && given.toLowerCase() === email;
}

function loggerFor(log: Logger | undefined) {
  if (log === undefined) return { level: 'error' } as const;
  return {
    level: 'warn',
    log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => {
      log[level](`sign-in: ${message}`);
    },
  } as const;
}
