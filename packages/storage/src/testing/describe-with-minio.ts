/** @file A vitest block that has a real MinIO server, or says that it was skipped. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { findMinio, startMinio } from './minio.ts';
import type { RunningMinio } from './minio.ts';

/** The server, from inside a test or a hook. */
export type MinioOfBlock = () => RunningMinio;

/**
 * A `describe` block whose tests have a MinIO server of their own. Where there is no MinIO the
 * block is one skipped test with the words "skipped: no MinIO"; on CI it is one that fails.
 */
export function describeWithMinio(name: string, block: (minio: MinioOfBlock) => void): void {
  if (findMinio() === null) {
    describe(name, () => describeAbsence());
    return;
  }
  describe(name, () => {
    let running: RunningMinio | null = null;
    beforeAll(async () => {
      running = await startMinio();
    }, 60_000);
    afterAll(async () => {
      await running?.stop();
    }, 30_000);
    block(() => {
      if (running === null) throw new Error('MinIO runs only inside tests and hooks.');
      return running;
    });
  });
}

function describeAbsence(): void {
  const isCi = process.env['CI'] !== undefined && process.env['CI'] !== '';
  if (!isCi) {
    it.skip('skipped: no MinIO');
    return;
  }
  it('has a MinIO server, since CI must not skip these tests', () => {
    expect.fail('There is no MinIO on CI: run packages/storage/scripts/build-minio.sh before.');
  });
}
