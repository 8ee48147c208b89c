import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { decodeModel, encodeModel, graph, GraphBuilder, node } from '@colloid/onnx';
import type { Value } from '@colloid/onnx';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildChain, openChain } from '../chain/index.ts';
import { isSamplerError } from '../errors.ts';
import { loadGenerator, loadRecogniser } from '../models/index.ts';
import { openRuntime } from '../runtime/index.ts';
import type { Runtime } from '../runtime/index.ts';
import { tinyGeneratorSource, tinyRecogniserSource } from '../testing/tiny-pair.ts';
import { inspectGuarded, inspectModel, MODEL_CHECKS, ZModelReport } from './index.ts';
import type { Inspection, ModelCheck, ModelCheckId, ModelReport } from './index.ts';

let runtime: Runtime;
let folder: string;
beforeAll(async () => {
  runtime = await openRuntime({ provider: 'cpu', threads: 2 });
  folder = await mkdtemp(join(tmpdir(), 'colloid-inspection-'));
});
afterAll(async () => {
  await runtime.close();
  await rm(folder, { recursive: true });
});

type Source = ReturnType<typeof tinyGeneratorSource>;

const clock = (): number => performance.now() / 1000;
const inspect = (source: Source): Promise<Inspection> => inspectModel(source, { runtime, clock });

function checkOf(report: ModelReport, id: ModelCheckId): ModelCheck {
  const check = report.checks.find((one) => one.id === id);
  if (check === undefined) throw new Error(`the report has no check ${id}`);
  return check;
}

/** A recogniser with another network: [batch, 3, 12, 12] to [batch, 16]. */
function recogniserOf(build: (b: GraphBuilder, image: Value) => Value, opset = 17): Source {
  const b = new GraphBuilder({ name: 'network', opset });
  const image = b.input('image', 'float32', ['batch', 3, 12, 12]);
  b.output('embedding', build(b, image));
  const { manifest } = tinyRecogniserSource();
  return { manifest, files: { 'network.onnx': encodeModel(b.build()) } };
}

const firstSixteen = (b: GraphBuilder, x: Value): Value =>
  b.op('Slice', [b.flatten(x), b.int64([0]), b.int64([16]), b.int64([1])]);

async function write(source: Source): Promise<string> {
  const target = await mkdtemp(join(folder, 'model-'));
  await writeFile(join(target, 'model.json'), JSON.stringify(source.manifest));
  for (const [name, bytes] of Object.entries(source.files)) {
    await writeFile(join(target, name), bytes);
  }
  return target;
}

/** Convolves images by pieces of themselves: as many kernels as there are rows, which no gradient can be built for. */
const rowsAsKernels = (b: GraphBuilder, image: Value): Value => {
  const ends = [b.int64([0, 0]), b.int64([3, 3]), b.int64([2, 3])];
  const kernels = b.op('Slice', [image, ...ends]);
  const mixed = b.op('Conv', [image, kernels], {}, { name: 'by_rows' });
  return firstSixteen(b, b.reduceMean(mixed, { axes: [1] }));
};

describe('a sound model', () => {
  test('passes every check, with the figures that a person wants to see', async () => {
    const { report, samples } = await inspect(tinyGeneratorSource());
    expect(report).toMatchObject({ verdict: 'READY', refusal: null, provider: 'cpu' });
    expect(report.checks.map(({ state }) => state)).toEqual(report.checks.map(() => 'PASSED'));
    expect(report.checks.map(({ id }) => id)).toEqual(MODEL_CHECKS.filter((id) => id !== 'LIMITS'));
    expect(report.files.map(({ name }) => name)).toEqual(['mapping.onnx', 'synthesis.onnx']);
    expect(report.operators.find(({ operator }) => operator === 'Gemm')).toMatchObject({
      count: 4,
      gradient: 'rule',
    });
    expect(report.gradient?.medianRelativeError).toBeLessThan(1e-3);
    expect(report.speed.map(({ batch }) => batch)).toEqual([1, 8]);
    expect(report.speed.every(({ forwardPerSecond }) => forwardPerSecond > 0)).toBe(true);
    expect(samples).toMatchObject({ count: 8, height: 16, width: 16 });
    expect(new Set(samples?.data).size).toBeGreaterThan(50);
    expect(ZModelReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  test('says whether a recogniser gives unit or raw embeddings', async () => {
    const raw = await inspect(tinyRecogniserSource());
    expect(checkOf(raw.report, 'RANGE').detail).toMatch(/raw vectors of length/);
    expect(raw.samples).toBeNull();
    const unit = await inspect(tinyRecogniserSource({ isUnit: true }));
    expect(checkOf(unit.report, 'RANGE').detail).toMatch(/unit vectors/);
  });

  test.each([1, 3])('may be fixed to a batch of %i', async (batch) => {
    const { report } = await inspect(tinyGeneratorSource({ batch }));
    expect(report.refusal).toBeNull();
    expect(report.speed.map((speed) => speed.batch)).toEqual([batch]);
  });
});

describe('a model is refused with the place and the remedy', () => {
  test('for an operator without a gradient, by its node', async () => {
    const { report } = await inspect(
      // GatherND has a rule from opset 16 on.
      recogniserOf((b, image) => {
        const rows = b.constant(
          Array.from({ length: 16 }, (_, at) => at),
          { dtype: 'int64', dims: [16, 1] },
        );
        const columns = b.transpose(b.flatten(image), [1, 0]);
        return b.transpose(b.op('GatherND', [columns, rows], {}, { name: 'read' }), [1, 0]);
      }, 15),
    );
    expect(report.verdict).toBe('REFUSED');
    expect(report.refusal).toMatch(/GatherND at node 'read': .*add-an-operator\.md/);
    expect(report.operators.find(({ operator }) => operator === 'GatherND')?.blockedAt?.node).toBe(
      'read',
    );
    expect(checkOf(report, 'GRADIENT').state).toBe('SKIPPED');
  });

  test('for an operator that nobody knows, by its node', async () => {
    const source = tinyRecogniserSource();
    const plain = decodeModel(source.files['network.onnx'] ?? new Uint8Array());
    const strange = plain.nodes.map((one) =>
      one.opType === 'Tanh' ? node({ ...one, domain: 'com.example', opType: 'Wobble' }) : one,
    );
    const bytes = encodeModel(graph({ ...plain, nodes: strange }));
    const { report } = await inspect({ ...source, files: { 'network.onnx': bytes } });
    expect(report.refusal).toMatch(/com\.example\.Wobble at node/);
    expect(checkOf(report, 'OPERATORS').state).toBe('FAILED');
  });

  test('for random noise, by its node', async () => {
    const source = tinyGeneratorSource();
    const plain = decodeModel(source.files['synthesis.onnx'] ?? new Uint8Array());
    const noise = node({
      name: 'noise_1',
      opType: 'RandomNormalLike',
      inputs: ['w'],
      outputs: ['unused'],
      attributes: {},
    });
    const bytes = encodeModel(graph({ ...plain, nodes: [noise, ...plain.nodes] }));
    const files = { ...source.files, 'synthesis.onnx': bytes };
    const { report } = await inspect({ ...source, files });
    expect(checkOf(report, 'DETERMINISM')).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/'noise_1' \(RandomNormalLike\).*constant noise/) as string,
    });
  });

  test('for outputs that are not finite', async () => {
    const { report } = await inspect(
      recogniserOf((b, image) => firstSixteen(b, b.log(b.sub(b.abs(image), 100)))),
    );
    expect(report.refusal).toMatch(/Output 0 of 8 holds NaN/);
  });

  test('for a range that the pixels do not have', async () => {
    const source = tinyGeneratorSource({ range: 'bytes' });
    const image = { ...(source.manifest['image'] as object), range: [-1, 1] };
    const bytes = await inspect({ ...source, manifest: { ...source.manifest, image } });
    expect(bytes.report.refusal).toMatch(/lie well outside \[-1, 1\]; correct image\.range/);
    const signed = tinyGeneratorSource();
    const narrow = { ...(signed.manifest['image'] as object), range: [-100, 155] };
    const other = await inspect({ ...signed, manifest: { ...signed.manifest, image: narrow } });
    expect(other.report.refusal).toMatch(/All pixel values lie within/);
  });

  test('for an embedding that does not depend on the image', async () => {
    const { report } = await inspect(
      recogniserOf((b, image) => b.add(b.mul(firstSixteen(b, image), 0), 1)),
    );
    expect(report.refusal).toMatch(/Different images give the same embedding/);
  });

  test('for rows that depend on the rest of the batch', async () => {
    const { report } = await inspect(
      recogniserOf((b, image) => {
        const flat = firstSixteen(b, image);
        return b.sub(flat, b.mul(b.reduceMean(flat, { axes: [0], keepDims: true }), 0.5));
      }),
    );
    expect(report.refusal).toMatch(/changes by .* with the other rows of its batch; call eval\(\)/);
  });

  test('for a gradient that cannot be built, by its node; and so is its pair', async () => {
    const source = recogniserOf(rowsAsKernels);
    const { report } = await inspect(source);
    expect(checkOf(report, 'GRADIENT')).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/gradient of Conv '.*by_rows' cannot be built/) as string,
    });
    const generator = await loadGenerator(tinyGeneratorSource());
    const chain = buildChain({ generator, recogniser: await loadRecogniser(source) });
    const sessions = await openChain(runtime, chain, { batchSize: 2 });
    const w = await sessions.drawLatents({ seed: 1, first: 0, count: 2, truncation: 1 });
    const refusal: unknown = await sessions.embed(w).catch((error: unknown) => error);
    await sessions.close();
    expect(isSamplerError(refusal)).toBe(true);
    expect(String(refusal)).toMatch(/by_rows.*export the one with this node with fixed sizes/);
  });

  test('for a gradient that is zero, by the node that makes it so', async () => {
    const { report } = await inspect(
      recogniserOf((b, image) => firstSixteen(b, b.op('Round', [b.mul(image, 3)]))),
    );
    expect(report.verdict).toBe('REFUSED');
    expect(report.refusal).toMatch(
      /^No gradient can be computed .* Round at node 'Round_0': .* gradient is zero; export the model without them/,
    );
  });

  test('for shapes and files that are not as declared', async () => {
    const source = tinyGeneratorSource();
    const image = { ...(source.manifest['image'] as object), height: 32 };
    const shape = await inspect({ ...source, manifest: { ...source.manifest, image } });
    expect(checkOf(shape.report, 'SHAPES').state).toBe('FAILED');
    const broken = await inspect({
      ...source,
      files: { ...source.files, 'mapping.onnx': Uint8Array.of(8, 99, 1) },
    });
    expect(checkOf(broken.report, 'FILES')).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/'mapping\.onnx' is not a usable ONNX model/) as string,
    });
    expect(checkOf(broken.report, 'SPEED').state).toBe('SKIPPED');
  });
});

describe('in a process of its own', () => {
  const guarded = { provider: 'cpu', threads: 1 } as const;

  test('a sound model gets the same report, and the limits that it kept', async () => {
    const { report, samples } = await inspectGuarded(await write(tinyGeneratorSource()), guarded);
    expect(report.refusal).toBeNull();
    expect(checkOf(report, 'LIMITS').detail).toMatch(/GiB of memory/);
    expect(report.peakMemoryBytes).toBeGreaterThan(10_000_000);
    expect(samples?.data.length).toBe(8 * 16 * 16 * 3);
  });

  test('a model that takes too long is ended, with the limit named', async () => {
    const { report } = await inspectGuarded(await write(tinyGeneratorSource()), {
      ...guarded,
      limits: { seconds: 0.05 },
    });
    expect(report.refusal).toMatch(/more than 0\.05 s/);
    expect(checkOf(report, 'LIMITS').state).toBe('FAILED');
  });

  test('a model that needs too much memory is ended, with the limit named', async () => {
    // A small file: one float, expanded to 8 GB.
    const source = recogniserOf((b, image) => {
      const wide = b.op('Expand', [b.constant([1], { dims: [1, 1] }), b.int64([1, 2_000_000_000])]);
      const sum = b.reduceSum(wide, { axes: [1], keepDims: true });
      return b.add(firstSixteen(b, image), sum);
    });
    const { report } = await inspectGuarded(await write(source), {
      ...guarded,
      limits: { seconds: 60, memoryBytes: 700 * 1024 ** 2 },
    });
    expect(report.refusal).toMatch(/more than 0\.7 GiB of memory|could not (load|run)/);
  });

  test('files outside the folder are never read', async () => {
    const target = await write(tinyGeneratorSource());
    await rm(join(target, 'mapping.onnx'));
    await symlink('/etc/passwd', join(target, 'mapping.onnx'));
    const { report } = await inspectGuarded(target, guarded);
    expect(report.refusal).toMatch(/'mapping\.onnx' is a link to a place outside the folder/);
  });

  test('an abort ends it at once', async () => {
    const target = await write(tinyGeneratorSource());
    const signal = AbortSignal.timeout(100);
    await expect(inspectGuarded(target, { ...guarded, signal })).rejects.toThrow(/timeout/);
  });
});
