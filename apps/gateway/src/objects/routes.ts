/** @file `GET /objects/*`: image bytes by signed address. The signature is the permission; no session is read. */
import { createHash } from 'node:crypto';

import { isStorageError } from '@colloid/storage';
import type { ObjectStore } from '@colloid/storage';
import { Router } from 'express';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';

import { ImageCache } from './image-cache.ts';
import type { RefusedUrl, SignedImage, UrlSigner } from './signed-url.ts';

const REFUSALS = {
  MALFORMED: 'This is not an address of an image; take a fresh one from the page or the API.',
  BAD_SIGNATURE:
    'The address of this image has been changed; take a fresh one from the page or the API.',
  EXPIRED: 'The address of this image has expired; reload the page, or ask the API for a new one.',
} as const satisfies Record<RefusedUrl, string>;

/** Routes below `/objects`. */
export function objectRoutes(options: {
  readonly store: ObjectStore;
  readonly signer: UrlSigner;
  readonly log: Logger;
  /** Unix milliseconds. */
  readonly now: () => number;
}): Router {
  const images = new ImageCache(options.store);
  const router = Router();
  router.get('/{*path}', (request, response) => {
    const verified = options.signer.verify(request.originalUrl, options.now());
    if (typeof verified === 'string') {
      refuse(response, 403, REFUSALS[verified]);
      return undefined;
    }
    return sendImage({ request, response, image: verified, images, nowMs: options.now() }).catch(
      (error: unknown) => {
        fail(response, error, options.log);
      },
    );
  });
  return router;
}

async function sendImage(options: {
  readonly request: Request;
  readonly response: Response;
  readonly image: SignedImage;
  readonly images: ImageCache;
  readonly nowMs: number;
}): Promise<void> {
  const { request, response, image, images, nowMs } = options;
  const etag = etagOf(image);
  const seconds = Math.max(0, image.expires - Math.floor(nowMs / 1000));
  response.set({ ETag: etag, 'Cache-Control': `private, max-age=${seconds}, immutable` });
  // Such bytes never change, so even a forced reload needs no second copy.
  if (request.get('if-none-match')?.includes(etag) === true) {
    response.status(304).end();
    return;
  }
  const { bytes, contentType } = await images.read(image);
  response
    .set({
      'Content-Type': contentType,
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
    })
    .end(bytes);
}

/** Objects are never rewritten, so where the bytes are says what they are. */
function etagOf({ source, width }: SignedImage): string {
  const place = JSON.stringify([source.objectKey, source.offset, source.length, width]);
  return `"${createHash('sha256').update(place).digest('base64url')}"`;
}

function fail(response: Response, error: unknown, log: Logger): void {
  response.removeHeader('ETag');
  response.set('Cache-Control', 'no-store');
  if (isStorageError(error, 'NOT_FOUND') || isStorageError(error, 'INVALID_RANGE')) {
    log.warn({ err: error }, 'an image that the catalog knows is not in the object store');
    refuse(response, 404, 'This image is not in the object store any more.');
    return;
  }
  log.error({ err: error }, 'an image could not be read');
  refuse(response, 502, 'The object store did not answer; try again in a moment.');
}

function refuse(response: Response, status: number, sentence: string): void {
  response.status(status).set('Cache-Control', 'no-store').type('text/plain').send(`${sentence}\n`);
}
