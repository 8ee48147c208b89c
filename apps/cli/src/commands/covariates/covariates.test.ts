import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encodeNpy } from '@colloid/formats';
import { decodeCovariateDirections } from '@colloid/sampler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { fit } from './fit.ts';
import { checkImages } from './load-face.ts';

const D = 6;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloid-covariates-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Latents whose third number tells the class, two per identity; the last row failed to be projected. */
async function writeInputs(lastClass = 'right'): Promise<{ latents: string; labels: string }> {
  const rows = Array.from({ length: 20 }, (_, row) => ({
    identity: `p${Math.floor(row / 2)}`,
    class: row % 2 === 0 ? 'left' : 'right',
  }));
  const values = new Float32Array((rows.length + 1) * D);
  rows.forEach((row, at) => {
    for (let d = 0; d < D; d++) values[at * D + d] = 0.1 * Math.sin(7 * at + d);
    values[at * D + 2] = row.class === 'left' ? -1 : 1;
  });
  values.fill(Number.NaN, rows.length * D);
  const paths = { latents: join(folder, 'latents.npy'), labels: join(folder, 'labels.csv') };
  await writeFile(paths.latents, encodeNpy(values, [rows.length + 1, D]));
  const lines = rows.map((row) => `${row.identity},pose,${row.class},`);
  const last = `p99,pose,${lastClass},its pixels differ`;
  const text = ['identity,covariate,class,failure', ...lines, last].join('\n');
  await writeFile(paths.labels, text);
  return paths;
}

describe('covariates fit', () => {
  it('writes the direction that tells the classes apart, without the latents that failed', async () => {
    const output = join(folder, 'out/directions.json');
    await fit({ ...(await writeInputs()), pair: [], output });
    const { latentDim, directions } = decodeCovariateDirections(await readFile(output));
    expect(latentDim).toBe(D);
    expect(directions).toHaveLength(1);
    const [direction] = directions;
    expect(direction).toMatchObject({
      covariate: 'pose',
      negative: 'left',
      positive: 'right',
      trainingAccuracy: 1,
      heldOutAccuracy: 1,
      negativeSide: { count: 10 },
      positiveSide: { count: 10 },
    });
    expect(direction?.normal[2]).toBeGreaterThan(0.99);
  });

  it('names the line of a table that is wrong, and the pair that the labels do not have', async () => {
    const inputs = await writeInputs();
    const output = join(folder, 'never.json');
    await expect(fit({ ...inputs, pair: ['pose:left'], output })).rejects.toThrow(/pose:left/);
    await expect(fit({ ...inputs, pair: ['pose:left:up'], output })).rejects.toThrow(/'?up'?/);
    await writeFile(inputs.labels, 'identity,covariate,class\np0,pose,left\np0,,right\n');
    await expect(fit({ ...inputs, pair: [], output })).rejects.toThrow(/[Ll]ine 3/);
  });
});

describe('images of a table', () => {
  it('must be in the folder', async () => {
    const label = { identity: 'p', covariate: 'pose', class: 'left', line: 2 };
    await expect(checkImages(folder, [{ ...label, file: '../x.png' }])).rejects.toThrow(
      /Line 2 .* is outside of/,
    );
    await expect(checkImages(folder, [{ ...label, file: 'x.png' }])).rejects.toThrow(
      /Line 2 .* is no file in/,
    );
  });
});
