/** @file One POST to an address that a person has typed in: resolved once, checked, and connected to what was checked. */

import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';

import { PipelineError } from '../errors.ts';
import { isPrivateAddress } from './private-addresses.ts';

/** How long a receiver may take from the first byte sent to the status of its answer. */
const LONGEST_MS = 10_000;

/** What is sent, and where. */
export interface PostOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether addresses of this machine and its network are fine: the installation's configuration says so. */
  readonly allowPrivate: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Sends it and returns the status of the answer, whose body nobody reads; a redirect is an answer like any other.
 *
 * @throws {PipelineError} `WEBHOOK_REFUSED` where the address leads into the installation's own network or to nobody.
 * @throws {Error} of the network, as Node has it.
 */
export async function postOnce(options: PostOptions): Promise<number> {
  const url = new URL(options.url);
  const address = await resolveOnce(url, options.allowPrivate);
  const signal = AbortSignal.any([
    AbortSignal.timeout(LONGEST_MS),
    ...(options.signal === undefined ? [] : [options.signal]),
  ]);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method: 'POST',
        headers: { ...options.headers, 'content-length': Buffer.byteLength(options.body) },
        // Whatever the name means by now: certificates are still checked against the name.
        lookup: pinned(address),
        agent: false,
        signal,
      },
      (response) => {
        resolve(response.statusCode ?? 0);
        // Nobody reads on, so that an answer without an end costs nothing.
        response.destroy();
      },
    );
    request.once('error', (error) =>
      reject(
        signal.aborted &&
          signal.reason instanceof DOMException &&
          signal.reason.name === 'TimeoutError'
          ? new Error(`no answer within ${LONGEST_MS / 1000} seconds`, { cause: error })
          : error,
      ),
    );
    request.end(options.body);
  });
}

interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of the name have to be allowed: which of them is taken is chance. */
async function resolveOnce(url: URL, allowPrivate: boolean): Promise<Address> {
  // The brackets of an IPv6 address belong to the URL.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const found: readonly Address[] =
    family === 0 ? await lookup(host, { all: true }) : [{ address: host, family }];
  const [first] = found;
  if (first === undefined) throw new Error(`${host} has no address`);
  if (!allowPrivate && found.some(({ address }) => isPrivateAddress(address))) {
    throw new PipelineError(
      'WEBHOOK_REFUSED',
      `${host} leads into a private network, where webhooks are not sent; whoever runs Colloid can allow it with COLLOID_WEBHOOKS_PRIVATE=true.`,
    );
  }
  return first;
}

function pinned({ address, family }: Address): LookupFunction {
  return (_hostname, { all }, callback) => {
    if (all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}
