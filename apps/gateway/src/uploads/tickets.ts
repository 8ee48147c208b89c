/**
 * @file Tickets for uploaded files: proof that this person has sent these bytes for this team. Content lies in the store by digest,
 * and a digest alone must not be enough to register somebody else's file.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

/** A ticket is good for this long: a slow line has a day for all files of a model. */
const LIFE_SECONDS = 24 * 3600;
const LONGEST_TICKET = 2000;

const ZUploadedFile = z.strictObject({
  /** Plain file name. */
  name: z.string(),
  /** SHA-256, hexadecimal. */
  digest: z.string(),
  sizeBytes: z.number(),
  teamId: z.string(),
  userId: z.string(),
});
/** A file that has arrived. */
export type UploadedFile = z.infer<typeof ZUploadedFile>;

const ZTicket = ZUploadedFile.extend({ expires: z.number() });

/** Makes and checks tickets. */
export class UploadTickets {
  readonly #key: Buffer;

  /** @param secret of the installation; a key of its own is derived from it. */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'colloid upload tickets', 32));
  }

  /** @param nowMs Unix milliseconds. */
  issue(file: UploadedFile, nowMs: number): string {
    const expires = Math.floor(nowMs / 1000) + LIFE_SECONDS;
    const body = Buffer.from(JSON.stringify({ ...file, expires })).toString('base64url');
    return `${body}.${this.#signature(body)}`;
  }

  /** The file of a ticket that was issued to this person for this team and has not expired, else null. */
  redeem(
    ticket: string,
    holder: Pick<UploadedFile, 'teamId' | 'userId'>,
    nowMs: number,
  ): UploadedFile | null {
    const [body = '', signature = '', ...rest] = ticket.slice(0, LONGEST_TICKET).split('.');
    if (rest.length > 0 || !isEqual(signature, this.#signature(body))) return null;
    const text = Buffer.from(body, 'base64url').toString('utf8');
    const { expires, ...file } = ZTicket.parse(JSON.parse(text));
    const isTheirs = file.teamId === holder.teamId && file.userId === holder.userId;
    return isTheirs && expires * 1000 > nowMs ? file : null;
  }

  #signature(body: string): string {
    return createHmac('sha256', this.#key).update(body).digest('base64url');
  }
}

function isEqual(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
