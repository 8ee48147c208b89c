import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadCheckpoint, saveCheckpoint, type SavedTraining } from './checkpoint.ts';

const SAVED: SavedTraining = {
  runDigest: 'abc',
  epochs: [
    {
      epoch: 0,
      loss: 3.25,
      accuracy: 0.5,
      learningRate: 1e-3,
      margin: 0.1,
      meanGradientNorm: 2,
      seconds: 10,
      imagesPerSecond: 300,
    },
  ],
  trainer: {
    step: 17,
    weights: new Map([
      ['kernel', Float32Array.of(1.5, -2, 1e-30)],
      ['bias', Float32Array.of(0.1)],
    ]),
    firstMoments: new Map([
      ['kernel', Float32Array.of(4, 5, 6)],
      ['bias', Float32Array.of(7)],
    ]),
    secondMoments: new Map([
      ['kernel', Float32Array.of(8, 9, 10)],
      ['bias', Float32Array.of(11)],
    ]),
  },
};

describe('training checkpoint', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'colloid-checkpoint-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('comes back bit for bit and leaves no partial file behind', async () => {
    const path = join(folder, 'run.bin');
    await saveCheckpoint(path, SAVED);
    expect(await loadCheckpoint(path, 'abc')).toEqual(SAVED);
    expect(await readdir(folder)).toEqual(['run.bin']);
  });

  it('is not taken for that of another run, nor is a missing one an error', async () => {
    const path = join(folder, 'other.bin');
    await saveCheckpoint(path, SAVED);
    expect(await loadCheckpoint(path, 'abd')).toBeNull();
    expect(await loadCheckpoint(join(folder, 'none.bin'), 'abc')).toBeNull();
  });
});
