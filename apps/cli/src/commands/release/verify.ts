/** @file `./colloid release verify`: a manifest against its signature, and files against the manifest. Needs no server and no database. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import {
  isPipelineError,
  parseManifest,
  type ReleaseManifest,
  type Verification,
  verifySignature,
} from '@colloid/pipeline/manifest';

import { CliError } from '../../errors.ts';

/** Options of the command. */
export interface VerifyOptions {
  readonly key?: string;
  readonly signature?: string;
  readonly files?: string;
  readonly json?: boolean;
}

/** How a file of the release was found. */
interface CheckedFile {
  readonly name: string;
  readonly state: 'right' | 'wrong' | 'absent';
  /** What is wrong; null otherwise. */
  readonly reason: string | null;
}

/**
 * Prints what holds and what does not.
 *
 * @throws CliError `RELEASE_BROKEN` where the signature is not that of the bytes, or a file is not the one of the manifest;
 *   `INPUT_FILE` for what cannot be read
 */
export async function verifyRelease(path: string, options: VerifyOptions): Promise<void> {
  const bytes = await read(path, 'the manifest');
  const signaturePath = options.signature ?? join(dirname(path), 'manifest.sig');
  const signature = await read(signaturePath, 'the signature');
  const key = options.key === undefined ? undefined : await read(options.key, 'the public key');
  const verification = verify(bytes, { signature, key });
  const manifest = attempt(() => parseManifest(bytes.toString('utf8')));
  const files = options.files === undefined ? [] : await checkFiles(manifest, options.files);

  if (options.json === true) {
    const { dataset, release, publishedAt } = manifest;
    const answer = { ...verification, dataset, release, publishedAt, files };
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  } else for (const line of linesOf(manifest, verification, files)) console.log(line);
  if (!verification.isGood) {
    throw new CliError(
      'RELEASE_BROKEN',
      `${path} is not what the key ${verification.keyId} signed; download manifest.json and manifest.sig again, and check that the key is the right one.`,
    );
  }
  const wrong = files.filter(({ state }) => state === 'wrong');
  if (wrong.length > 0) {
    throw new CliError(
      'RELEASE_BROKEN',
      `Not as released: ${wrong.map(({ name, reason }) => `${name} (${reason ?? ''})`).join(', ')}. Download these files again.`,
    );
  }
  if (options.files !== undefined && files.every(({ state }) => state === 'absent')) {
    throw new CliError(
      'INPUT_FILE',
      `${options.files} holds none of the ${files.length} files of the release; give the folder that they were downloaded into.`,
    );
  }
}

function verify(
  bytes: Buffer,
  given: { readonly signature: Buffer; readonly key: Buffer | undefined },
): Verification {
  const publicKey = given.key?.toString('utf8');
  return attempt(() => verifySignature(bytes, given.signature.toString('utf8'), { publicKey }));
}

/** What is wrong with a file that somebody gave is theirs to put right. */
function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!isPipelineError(error)) throw error;
    throw new CliError('INPUT_FILE', error.message, { cause: error });
  }
}

async function read(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('INPUT_FILE', `Cannot read ${what} (${reason}); give its path.`, { cause });
  }
}

async function checkFiles(
  { files }: ReleaseManifest,
  folder: string,
): Promise<readonly CheckedFile[]> {
  const checked: CheckedFile[] = [];
  for (const { name, sizeBytes, sha256 } of files) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile()) {
      checked.push({ name, state: 'absent', reason: null });
      continue;
    }
    const digest = found.size === sizeBytes ? await digestOf(path) : null;
    const reason =
      digest === null
        ? `${found.size} bytes in place of ${sizeBytes}`
        : digest === sha256
          ? null
          : `SHA-256 ${digest} in place of ${sha256}`;
    checked.push({ name, state: reason === null ? 'right' : 'wrong', reason });
  }
  return checked;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

function* linesOf(
  manifest: ReleaseManifest,
  { isGood, keyId, isTrusted }: Verification,
  files: readonly CheckedFile[],
): Generator<string> {
  const { dataset, release, counts, approvals, publishedAt, publishedBy } = manifest;
  yield `${dataset.team}/${dataset.slug} ${release.semanticVersion}: ${counts.images} images of ${counts.identities} identities`;
  yield `published ${publishedAt} by ${publishedBy.name}, approved by ${approvals.map(({ by }) => by.name).join(', ') || 'nobody'}`;
  const trust = isTrusted
    ? 'the key that was given'
    : 'a key that came with it: compare its id with the installation, or give --key';
  yield `${isGood ? 'good ' : 'WRONG'} signature by key ${keyId}, ${trust}`;
  for (const { name, state, reason } of files)
    yield `${state.padEnd(6)} ${name}${reason === null ? '' : `: ${reason}`}`;
}
