/** @file Writes into a catalog what a worker would write about a run: statistics, images in real shards, a version. */
import type { Catalog, DatasetVersion } from '@colloid/catalog';
import { contactSheet, encodeRgb, writeShard } from '@colloid/formats';
import type { RgbImage } from '@colloid/formats';
import { putContent } from '@colloid/storage';
import type { ObjectStore } from '@colloid/storage';

/** Where to write. */
export interface SeedTarget {
  readonly catalog: Catalog;
  readonly store: ObjectStore;
}

const TILE = 96;

/** Takes the run over as a worker does. */
export async function beginRun({ catalog }: SeedTarget, runId: string): Promise<void> {
  await catalog.execution.beginRun({ runId, provider: 'cpu', machine: 'test-machine' });
  await catalog.execution.startStage({ runId, stage: 'REFERENCES' });
}

/** Records one Langevin iteration with a preview and a log line; θ grows with `iteration`. */
export async function recordIteration(
  { catalog, store }: SeedTarget,
  runId: string,
  iteration: number,
): Promise<void> {
  const share = 1 - Math.exp(-iteration / 8);
  await catalog.execution.recordIterations({
    runId,
    iterations: [
      {
        stage: 'REFERENCES',
        iteration,
        thetaMin: 0.3 + 0.5 * share,
        thetaMean: 1.2 + 0.25 * share,
        thetaMax: 2 + 0.2 * share,
        aboveIct: 0.7 + 0.29 * share,
        timestep: 0.1,
        statistics: { latentDistance: { min: 1, mean: 2, max: 3 } },
      },
    ],
  });
  const faces = Array.from({ length: 12 }, (_, identity) => drawFace(identity, iteration));
  const sheet = await contactSheet(faces, { columns: 6 });
  const { key: objectKey } = await putContent(store, sheet, { contentType: 'image/png' });
  await catalog.execution.recordPreview({ runId, iteration, objectKey, columns: 6, rows: 2 });
  await catalog.execution.appendLog({
    runId,
    level: 'info',
    message: `Iteration ${iteration} of the references is done.`,
  });
  await catalog.execution.recordProgress({ runId, progress: share * 0.5, secondsLeft: 30 });
}

/** Renders `identities` × `samples` images into one shard, writes their rows and commits the version. */
export async function completeRun(
  target: SeedTarget,
  options: { readonly runId: string; readonly identities: number; readonly samples: number },
): Promise<DatasetVersion> {
  const { catalog } = target;
  const { runId, identities, samples } = options;
  await catalog.execution.finishStage({ runId, stage: 'REFERENCES', seconds: 12.5 });
  await catalog.execution.startStage({ runId, stage: 'RENDER' });
  await catalog.rows.insertIdentities({
    runId,
    identities: Array.from({ length: identities }, (_, ordinal) => ({
      ordinal,
      nearestOrdinal: (ordinal + 1) % identities,
      nearestDistance: 1 + ((ordinal * 7) % identities) / identities,
      intraDistance: 0.4,
    })),
  });
  await insertImages(target, options);
  await catalog.execution.finishStage({ runId, stage: 'RENDER', seconds: 4 });
  const before = { thetaMin: 0.3, thetaMean: 1.2, aboveIct: 0.7 };
  const after = { thetaMin: 0.8, thetaMean: 1.45, aboveIct: 0.99 };
  const metrics = {
    theta: { min: 0.8, mean: 1.45, max: 2.2 },
    aboveIct: 0.99,
    ict: 1,
    before,
    after,
  };
  return catalog.versions.commitVersion({
    runId,
    metrics: { ...metrics, intraBelowInter: 1, samples: identities * samples },
    summary: { before, after, intraBelowInter: 1 },
  });
}

async function insertImages(
  { catalog, store }: SeedTarget,
  options: { readonly runId: string; readonly identities: number; readonly samples: number },
): Promise<void> {
  const { runId, identities, samples } = options;
  const ids = Array.from({ length: identities * samples }, (_, index) => ({
    identity: Math.floor(index / samples),
    sample: index % samples,
  }));
  const images = await Promise.all(
    ids.map(async (id) => ({
      ...id,
      extension: 'jpg',
      image: await encodeRgb(drawFace(id.identity, id.sample), { format: 'jpeg' }),
    })),
  );
  const { bytes, index } = await writeShard(images);
  const { digest, key } = await putContent(store, bytes, { contentType: 'application/x-tar' });
  await catalog.rows.insertShards({
    runId,
    shards: [
      {
        kind: 'IMAGES',
        ordinal: 0,
        digest,
        objectKey: key,
        sizeBytes: BigInt(bytes.byteLength),
        count: images.length,
      },
    ],
  });
  await catalog.rows.insertSamples({
    runId,
    samples: ids.map(({ identity, sample }, row) => ({
      identityOrdinal: identity,
      ordinal: sample,
      kind: sample === 0 ? 'REFERENCE' : 'VARIATION',
      imageShard: 0,
      imageOffset: BigInt(index.entries[row]?.offset ?? 0),
      imageLength: index.entries[row]?.length ?? 0,
      latentShard: 0,
      latentRow: row,
      distanceToReference: sample === 0 ? 0 : 0.1 + 0.04 * sample,
      quality: null,
    })),
  });
}

/** Something with skin, eyes and a mouth that differs by identity and sample; it need not fool anybody. */
function drawFace(identity: number, sample: number): RgbImage {
  const pixels = new Uint8Array(TILE * TILE * 3);
  const hue = (identity * 47) % 90;
  const shift = ((sample * 5) % 11) - 5;
  const inside = (x: number, y: number, [cx, cy, rx, ry]: readonly number[]) =>
    ((x - (cx ?? 0)) / (rx ?? 1)) ** 2 + ((y - (cy ?? 0)) / (ry ?? 1)) ** 2 < 1;
  for (let y = 0; y < TILE; y += 1) {
    for (let x = 0; x < TILE; x += 1) {
      const skin = inside(x, y, [48 + shift, 50, 26 + (identity % 6), 36]);
      const hair = inside(x, y, [48 + shift, 34, 32, 30 + (identity % 9)]) && y < 34;
      const eye = inside(x, y, [38 + shift, 46, 4, 3]) || inside(x, y, [58 + shift, 46, 4, 3]);
      const mouth = inside(x, y, [48 + shift, 70, 9, 2 + (sample % 4)]);
      const shade = x / 4;
      const colour = eye
        ? [30, 40, 60 + hue]
        : mouth
          ? [170, 60, 70]
          : hair
            ? [40 + hue, 30 + hue / 2, 25]
            : skin
              ? [150 + hue - shade, 110 + hue / 2 - shade, 90 + hue / 3 - shade]
              : [180 - shade, 190 - shade, 200 - shade];
      pixels.set(colour, (y * TILE + x) * 3);
    }
  }
  return { pixels, width: TILE, height: TILE };
}
