/** @file The manifest of a published release: canonical JSON, so that the same release has the same bytes and one signature. */

import { canonicalJson } from '@colloid/formats';
import { z } from 'zod';

import { type Json, toJson } from '../digest.ts';
import { PipelineError } from '../errors.ts';
import type { Packing } from './packing.ts';

const ZSha256 = z.string().regex(/^[0-9a-f]{64}$/);
const ZPerson = z.object({ id: z.string(), name: z.string() });
const ZMoment = z.iso.datetime();

/** Names lead nowhere but into the folder of the download. */
const ZFileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);

export const ZManifest = z.object({
  colloidManifest: z.literal(1),
  dataset: z.object({ team: z.string(), slug: z.string(), title: z.string() }),
  release: z.object({
    number: z.number().int().positive(),
    semanticVersion: z.string(),
    title: z.string(),
    notes: z.string(),
  }),
  versionNumber: z.number().int().positive(),
  versionDigest: z.string(),
  candidateDigest: z.string(),
  counts: z.object({
    identities: z.number().int().nonnegative(),
    images: z.number().int().nonnegative(),
  }),
  terms: z.object({
    licence: z.string(),
    text: z.string(),
    isGated: z.boolean(),
    reach: z.string(),
  }),
  files: z.array(
    z.object({ name: ZFileName, sizeBytes: z.number().int().nonnegative(), sha256: ZSha256 }),
  ),
  checks: z.array(
    z.object({
      kind: z.string(),
      state: z.string(),
      sentence: z.string(),
      /** SHA-256 of the evidence's canonical JSON; null where there is none. */
      evidenceDigest: ZSha256.nullable(),
      finishedAt: ZMoment.nullable(),
    }),
  ),
  approvals: z.array(z.object({ by: ZPerson, at: ZMoment, candidateDigest: z.string() })),
  /** SHA-256 of the list that says where each byte of the files lies; of use to the installation only. */
  packingDigest: ZSha256,
  publishedAt: ZMoment,
  publishedBy: ZPerson,
  keyId: z.string(),
});

/** What a manifest says. */
export type ReleaseManifest = z.infer<typeof ZManifest>;

/** Everything of a manifest that does not follow from its packing list. */
export type ManifestFacts = Omit<ReleaseManifest, 'colloidManifest' | 'files'>;

/** The files of a release as its manifest lists them: the archive, the texts, then the shards. */
export function filesOf(packing: Packing): ReleaseManifest['files'] {
  return [packing.zip, ...packing.documents, ...packing.shards].map(
    ({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 }),
  );
}

/** The bytes of `manifest.json`. */
export function manifestText(facts: ManifestFacts, packing: Packing): string {
  const manifest: ReleaseManifest = { colloidManifest: 1, files: filesOf(packing), ...facts };
  return canonicalJson(toJson(ZManifest.parse(manifest)));
}

/** Reads a manifest. @throws PipelineError INVALID_MANIFEST naming what is wrong with it */
export function parseManifest(text: string): ReleaseManifest {
  let raw: Json;
  try {
    raw = JSON.parse(text) as Json;
  } catch (cause) {
    throw invalid('it is no JSON', cause);
  }
  const parsed = ZManifest.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, parsed.error);
}

function invalid(reason: string, cause: unknown): PipelineError {
  return new PipelineError(
    'INVALID_MANIFEST',
    `The manifest cannot be read (${reason}); download manifest.json again, or use a Colloid as new as the one that wrote it.`,
    { cause },
  );
}
