/** @file What a manifest is verified with: needs neither a database nor its generated client. */
export { isPipelineError, PipelineError } from '../errors.ts';
export { manifestText, parseManifest } from './manifest.ts';
export type { ManifestFacts, ReleaseManifest } from './manifest.ts';
export { signingKeyOf, verifySignature } from './signing.ts';
export type { SigningKey, Verification } from './signing.ts';
