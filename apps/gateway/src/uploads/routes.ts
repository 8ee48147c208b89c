/** @file `PUT /uploads/KIND/TEAM/NAME`: one file of a model, gallery, covariate set or import, streamed into the object store. The answer is a ticket for its registration. */
import type { Catalog } from '@colloid/catalog';
import { largestFile } from '@colloid/sampler/model';
import { LARGEST_IMPORT_FILE, largestSetFile } from '@colloid/pipeline/client';
import { isStorageError, putContentStream } from '@colloid/storage';
import type { ObjectStore } from '@colloid/storage';
import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';

import { Refusal, refusalOf, requireActor, RETRY_AFTER_SECONDS } from '../http-refusal.ts';
import type { ContextOf } from '../http-refusal.ts';
import { keyOf } from '../ids.ts';
import type { UploadTickets } from './tickets.ts';

/** Uploads that go on at once; each has a file of up to 2 GiB on the disk of this machine meanwhile. */
const MOST_AT_ONCE = 6;
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export interface UploadRouteOptions {
  readonly catalog: Pick<Catalog, 'models' | 'galleries' | 'covariateSets' | 'runs'>;
  readonly store: ObjectStore;
  readonly tickets: UploadTickets;
  /** Origins from which a browser may send files. */
  readonly origins: ReadonlySet<string>;
  readonly contextOf: ContextOf;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Most bytes of a file, by its name. @default what a file of that kind may have */
  readonly mostBytes?: (name: string) => number;
}

/** What is uploaded: who may send it, and how large a file of it may be. */
interface UploadKind {
  readonly what: string;
  readonly requireRegistrar: Catalog['models']['requireRegistrar'];
  readonly mostBytes: (name: string) => number;
}

/** Routes below `/uploads`. */
export function uploadRoutes(options: UploadRouteOptions): Router {
  const router = Router();
  const { models, galleries, covariateSets, runs } = options.catalog;
  let going = 0;
  const answer = async (request: Request, response: Response, kind: UploadKind): Promise<void> => {
    going += 1;
    try {
      if (going > MOST_AT_ONCE) throw busy();
      response.status(201).json(await receive(request, options, kind));
    } catch (error) {
      refuse(request, response, error, options.log);
    } finally {
      going -= 1;
    }
  };
  const kinds = {
    models: {
      what: 'a model',
      requireRegistrar: (input) => models.requireRegistrar(input),
      mostBytes: largestFile,
    },
    galleries: {
      what: 'a gallery',
      requireRegistrar: (input) => galleries.requireRegistrar(input),
      mostBytes: largestSetFile,
    },
    covariates: {
      what: 'a covariate set',
      requireRegistrar: (input) => covariateSets.requireRegistrar(input),
      mostBytes: largestSetFile,
    },
    images: {
      what: 'an import',
      requireRegistrar: (input) => runs.requireImporter(input),
      mostBytes: () => LARGEST_IMPORT_FILE,
    },
  } satisfies Record<string, UploadKind>;
  for (const [path, kind] of Object.entries(kinds)) {
    router.put(`/${path}/:team/:name`, (request, response) => answer(request, response, kind));
  }
  return router;
}

function busy(): Refusal {
  const sentence = `${MOST_AT_ONCE} files are being uploaded already; try again in a moment.`;
  return new Refusal(503, 'BUSY', sentence);
}

interface Receipt {
  readonly name: string;
  readonly digest: string;
  readonly sizeBytes: number;
  readonly upload: string;
}

async function receive(
  request: Request,
  options: UploadRouteOptions,
  kind: UploadKind,
): Promise<Receipt> {
  const { store, tickets, now } = options;
  const { origin } = request.headers;
  if (origin !== undefined && !options.origins.has(origin)) {
    throw new Refusal(403, 'FORBIDDEN', 'Files are taken from the pages of this server only.');
  }
  const actor = await requireActor(
    request,
    options.contextOf,
    'Nobody is signed in; sign in and upload again.',
  );
  const team = keyOf('Team', String(request.params['team']));
  if (team === null) {
    throw new Refusal(404, 'NOT_FOUND', 'There is no such team, or you may not see it.');
  }
  await kind.requireRegistrar({ actor, teamId: team.id });
  const name = String(request.params['name']);
  if (!FILE_NAME.test(name)) {
    throw new Refusal(
      400,
      'INVALID',
      `'${name.slice(0, 128)}' cannot be a file of ${kind.what}; use letters, digits, dots, dashes and underscores, at most 128.`,
    );
  }
  const maxBytes = (options.mostBytes ?? kind.mostBytes)(name);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(name, maxBytes);
  try {
    const { digest, sizeBytes } = await putContentStream(store, request, { maxBytes });
    const file = { name, digest, sizeBytes, teamId: team.id, userId: actor.userId };
    return { name, digest, sizeBytes, upload: tickets.issue(file, now()) };
  } catch (error) {
    if (isStorageError(error, 'TOO_LARGE')) throw tooLarge(name, maxBytes);
    throw error;
  }
}

function tooLarge(name: string, maxBytes: number): Refusal {
  return new Refusal(
    413,
    'LIMIT_EXCEEDED',
    `'${name}' has more than ${maxBytes} bytes, which is the most for such a file.`,
  );
}

function refuse(request: Request, response: Response, error: unknown, log: Logger): void {
  // The client has gone away in the middle: nobody is there to be answered.
  if (request.destroyed && !request.complete) return;
  const { status, code, message } = answerFor(error, log);
  if (status === 503) response.set('Retry-After', String(RETRY_AFTER_SECONDS));
  // What is still under way is thrown away, and the connection is not used again.
  response.set('Connection', 'close').status(status).json({ code, message });
  request.resume();
}

function answerFor(error: unknown, log: Logger): Refusal {
  const refusal = refusalOf(error);
  if (refusal !== null) return refusal;
  log.error({ err: error }, 'an upload could not be stored');
  const message = 'The object store did not take the file; try again in a moment.';
  return new Refusal(502, 'UNAVAILABLE', message);
}
