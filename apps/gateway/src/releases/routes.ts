/** @file `GET /api/releases/ID/…`: what a published release consists of, whole or from any byte on, for whoever may have it. */
import type { Actor, Catalog, OpenDownload } from '@colloid/catalog';
import { ZIP_NAME } from '@colloid/pipeline/client';
import type { PackingReader } from '@colloid/pipeline/client';
import { isStorageError } from '@colloid/storage';
import type { ObjectStore } from '@colloid/storage';
import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';

import { Refusal, refusalOf, requireActor, RETRY_AFTER_SECONDS } from '../http-refusal.ts';
import type { ContextOf } from '../http-refusal.ts';
import { keyOf } from '../ids.ts';
import { PublishedFiles } from './published-files.ts';
import { sendFile, sendText } from './send-file.ts';

/** Downloads that go on at once where nothing else is configured: each holds a connection and reads of the object store. */
export const MOST_DOWNLOADS = 32;

export interface ReleaseRouteOptions {
  readonly catalog: Pick<Catalog, 'releases'>;
  readonly store: ObjectStore;
  readonly packings: PackingReader;
  readonly contextOf: ContextOf;
  readonly log: Logger;
  /** Files that are sent at once by this process; more are answered with 503. @default MOST_DOWNLOADS */
  readonly mostDownloads?: number | undefined;
}

/** Routes below `/api/releases`; HEAD is answered as GET without a body. */
export function releaseRoutes(options: ReleaseRouteOptions): Router {
  const { catalog, store, log, mostDownloads = MOST_DOWNLOADS } = options;
  let going = 0;
  const files = new PublishedFiles(options.packings);
  const router = Router();
  const answer =
    (send: (request: Request, response: Response) => Promise<void>) =>
    (request: Request, response: Response): Promise<void> =>
      send(request, response).catch((error: unknown) => {
        refuse(response, error, log);
      });

  const file = async (request: Request, response: Response, name: string): Promise<void> => {
    const input = await readerOf(request, options);
    const download = await catalog.releases.openDownload(input);
    if (going >= mostDownloads) throw busy(mostDownloads);
    going += 1;
    try {
      const found = await files.find(download, name);
      if (found === null) throw noFile();
      const onSend = async (): Promise<void> => {
        await catalog.releases.recordDownload({ ...input, file: name });
      };
      await sendFile({ request, response, file: found, store, onSend });
    } finally {
      going -= 1;
    }
  };
  // What a release says of itself is read before its terms are agreed to.
  const text = (
    name: string,
    contentType: string,
    textOf: (download: OpenDownload) => string,
  ): void => {
    const send = async (request: Request, response: Response): Promise<void> => {
      const input = await readerOf(request, options);
      const download = await catalog.releases.openDownload({ ...input, needsTerms: false });
      sendText({ request, response, name, contentType, text: textOf(download) });
    };
    router.get(`/:id/${name}`, answer(send));
  };

  text('manifest.json', 'application/json', ({ manifest }) => manifest.text);
  text('manifest.sig', 'application/json', ({ manifest }) => manifest.signature);
  text('key.pem', 'application/x-pem-file', publicKeyOf);
  router.get(
    `/:id/${ZIP_NAME}`,
    answer((request, response) => file(request, response, ZIP_NAME)),
  );
  router.get(
    '/:id/files/:name',
    answer((request, response) => file(request, response, String(request.params['name']))),
  );
  router.use((_request, response) => {
    refuse(response, noFile(), log);
  });
  return router;
}

/** Who asks for which release. @throws Refusal */
async function readerOf(
  request: Request,
  { contextOf }: ReleaseRouteOptions,
): Promise<{ readonly actor: Actor; readonly releaseId: string }> {
  const actor = await requireActor(
    request,
    contextOf,
    'Nobody is signed in; sign in, or send an API key as a bearer token, and ask again.',
  );
  const release = keyOf('Release', String(request.params['id']));
  if (release === null) {
    throw new Refusal(404, 'NOT_FOUND', 'There is no such release, or you may not see it.');
  }
  return { actor, releaseId: release.id };
}

/** The key as it was when the manifest was signed. */
function publicKeyOf({ manifest }: OpenDownload): string {
  return (JSON.parse(manifest.signature) as { readonly publicKey: string }).publicKey;
}

function busy(mostDownloads: number): Refusal {
  return new Refusal(
    503,
    'BUSY',
    `${mostDownloads} files are being sent already, which is the most at once; try again in a moment.`,
  );
}

function noFile(): Refusal {
  return new Refusal(
    404,
    'NOT_FOUND',
    'The release has no such file; manifest.json lists those that it has.',
  );
}

function refuse(response: Response, error: unknown, log: Logger): void {
  if (response.headersSent) {
    // There is no other way to say that the rest is missing; a client continues with a range.
    response.destroy();
    if (!isGoneAway(error)) log.error({ err: error }, 'a download broke off');
    return;
  }
  const { status, code, message } = answerFor(error, log);
  for (const name of ['ETag', 'Accept-Ranges', 'Content-Length', 'Content-Disposition']) {
    response.removeHeader(name);
  }
  if (status === 401) response.set('WWW-Authenticate', 'Bearer');
  if (status === 503) response.set('Retry-After', String(RETRY_AFTER_SECONDS));
  response.status(status).set('Cache-Control', 'no-store').json({ code, message });
}

function answerFor(error: unknown, log: Logger): Refusal {
  const refusal = refusalOf(error);
  if (refusal !== null) return refusal;
  log.error({ err: error }, 'a file of a release could not be sent');
  const message = isStorageError(error, 'NOT_FOUND')
    ? 'A part of this file is no longer in the object store; tell a maintainer of the release.'
    : 'The object store did not answer; try again in a moment.';
  return new Refusal(502, 'UNAVAILABLE', message);
}

/** Whoever closes the window in the middle is no fault of anything. */
function isGoneAway(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
