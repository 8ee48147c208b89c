/** @file Signatures of manifests: Ed25519 (RFC 8032) over the bytes of the file, with the installation's key. */

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

import { z } from 'zod';

import { PipelineError } from '../errors.ts';

/** RFC 8410: what stands before the 32 bytes of a private key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEED_BYTES = 32;
const ID_LENGTH = 16;

/** The key of an installation. */
export interface SigningKey {
  /** First 16 hexadecimal digits of the SHA-256 of the public key's SPKI form. */
  readonly id: string;
  /** SPKI in PEM. */
  readonly publicKey: string;
  /** The contents of `manifest.sig` for these bytes. */
  sign(manifest: Uint8Array): string;
}

/** What `manifest.sig` holds. */
export const ZSignature = z.object({
  algorithm: z.literal('Ed25519'),
  keyId: z.string(),
  /** SPKI in PEM, for a first look: whether it is the right key, only somebody who knows it can say. */
  publicKey: z.string(),
  /** Base64. */
  signature: z.string(),
});

export type ManifestSignature = z.infer<typeof ZSignature>;

/**
 * The key of the installation with that secret. It is derived, not kept: so that it is in no dump of the database, the same in every
 * process, and as safe as the secret itself. Another secret makes another key.
 *
 * @param secret at least 32 characters, as COLLOID_SECRET
 */
export function signingKeyOf(secret: string): SigningKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'colloid release signing', SEED_BYTES));
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const id = keyIdOf(publicKey);
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return {
    id,
    publicKey: pem,
    sign(manifest) {
      const signature = sign(null, manifest, privateKey).toString('base64');
      const text: ManifestSignature = {
        algorithm: 'Ed25519',
        keyId: id,
        publicKey: pem,
        signature,
      };
      return `${JSON.stringify(text, null, 2)}\n`;
    },
  };
}

/** Whether `signature` is that of the bytes, by the key it names or by the one that is given. */
export interface Verification {
  readonly isGood: boolean;
  readonly keyId: string;
  /** Whether the key was given, rather than taken from the signature itself. */
  readonly isTrusted: boolean;
}

/**
 * Checks a signature.
 *
 * @param options.publicKey PEM of the key that is trusted. @default the one in the signature, which proves that bytes and signature
 *   belong together and nothing else
 * @throws PipelineError INVALID_SIGNATURE for a text that is none, and for a key that is none
 */
export function verifySignature(
  manifest: Uint8Array,
  signatureText: string,
  options: { readonly publicKey?: string | undefined } = {},
): Verification {
  const parsed = ZSignature.safeParse(jsonOf(signatureText));
  if (!parsed.success) {
    throw new PipelineError(
      'INVALID_SIGNATURE',
      'The file with the signature is none of Colloid; download manifest.sig again.',
      { cause: parsed.error },
    );
  }
  const key = publicKeyOf(options.publicKey ?? parsed.data.publicKey);
  const signature = Buffer.from(parsed.data.signature, 'base64');
  return {
    isGood: verify(null, manifest, key, signature),
    keyId: keyIdOf(key),
    isTrusted: options.publicKey !== undefined,
  };
}

function publicKeyOf(pem: string): KeyObject {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw noKey(cause);
  }
  throw noKey();
}

function noKey(cause?: unknown): PipelineError {
  return new PipelineError(
    'INVALID_SIGNATURE',
    'The public key is no Ed25519 key in PEM; download it from the release again.',
    cause === undefined ? undefined : { cause },
  );
}

function keyIdOf(key: KeyObject): string {
  const spki = key.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(spki).digest('hex').slice(0, ID_LENGTH);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
