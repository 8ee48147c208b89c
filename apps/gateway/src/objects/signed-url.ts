/** @file Addresses of image bytes: signed, expiring, and the same for a while so that the browser's cache holds. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** Widths an image may be asked for, in pixels; anything else would let a reader fill the cache. */
export const IMAGE_WIDTHS = [64, 96, 128, 192, 256, 384, 512] as const;

/** Expiry times are multiples of this, so addresses made within one bucket are equal. */
export const BUCKET_SECONDS = 600;
/** An address is good for at least this long. */
export const LEAST_LIFE_SECONDS = 3600;

/** Bytes inside an object of the store; no length: the whole object. */
export interface ImageSource {
  readonly objectKey: string;
  readonly offset?: number;
  /** Bytes. */
  readonly length?: number;
}

/** A signed address taken apart. */
export interface SignedImage {
  readonly source: ImageSource;
  /** Pixels; absent: the image as it is stored. */
  readonly width?: number;
  /** Unix seconds. */
  readonly expires: number;
}

/** Why an address is not served; `EXPIRED` is the only one a person can come by honestly. */
export type RefusedUrl = 'MALFORMED' | 'BAD_SIGNATURE' | 'EXPIRED';

/** The nearest width offered that is not smaller than `width`, or the largest. */
export function offeredWidth(width: number): number {
  return IMAGE_WIDTHS.find((offered) => offered >= width) ?? 512;
}

/** Makes and checks the addresses under `/objects/`. */
export class UrlSigner {
  readonly #key: Buffer;

  /** @param secret of the installation; a key of its own is derived from it. */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', 'colloid object urls', 32));
  }

  /**
   * A path below the gateway's origin that shows an image until it expires.
   *
   * @param nowMs Unix milliseconds.
   */
  sign(source: ImageSource, options: { readonly width?: number; readonly nowMs: number }): string {
    const life = Math.floor(options.nowMs / 1000) + LEAST_LIFE_SECONDS;
    const expires = (Math.floor(life / BUCKET_SECONDS) + 1) * BUCKET_SECONDS;
    const range = source.length === undefined ? 'all' : `${source.offset ?? 0}-${source.length}`;
    const key = Buffer.from(source.objectKey).toString('base64url');
    const width = options.width === undefined ? '' : `width=${options.width}&`;
    const unsigned = `/objects/${key}/${range}?${width}expires=${expires}`;
    return `${unsigned}&signature=${this.#signature(unsigned)}`;
  }

  /** Checks a path with its query; the signature first, so that a forger learns nothing else. */
  verify(pathAndQuery: string, nowMs: number): SignedImage | RefusedUrl {
    const match =
      /^(\/objects\/([\w-]+)\/(all|(\d{1,15})-(\d{1,10}))\?(?:width=(\d{1,4})&)?expires=(\d{1,12}))&signature=([\w-]+)$/.exec(
        pathAndQuery,
      );
    if (match === null) return 'MALFORMED';
    const [, unsigned = '', key = '', , offset, length, width, expires = '', signature = ''] =
      match;
    if (!equal(signature, this.#signature(unsigned))) return 'BAD_SIGNATURE';
    if (Number(expires) * 1000 <= nowMs) return 'EXPIRED';
    return {
      source: {
        objectKey: Buffer.from(key, 'base64url').toString(),
        ...(offset === undefined ? {} : { offset: Number(offset), length: Number(length) }),
      },
      ...(width === undefined ? {} : { width: Number(width) }),
      expires: Number(expires),
    };
  }

  #signature(unsigned: string): string {
    return createHmac('sha256', this.#key).update(unsigned).digest('base64url');
  }
}

function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
