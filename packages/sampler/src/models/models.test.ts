import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeModel, encodeModel, graph, GraphBuilder, node } from '@colloid/onnx';
import { describe, expect, test } from 'vitest';

import { buildChain } from '../chain/index.ts';
import {
  ManifestError,
  ModelFileError,
  ModelGraphError,
  ModelMismatchError,
  RandomNodeError,
  UnsupportedOperatorError,
} from '../errors.ts';
import { tinyGeneratorSource, tinyPair, tinyRecogniserSource } from '../testing/tiny-pair.ts';
import { loadGenerator, loadModel, loadRecogniser } from './index.ts';

/** An npy file, version 1. */
function npy(values: readonly number[], descr: '<f4' | '<f8' | '<i4'): Uint8Array {
  const header =
    `{'descr': '${descr}', 'fortran_order': False, 'shape': (${values.length},), }`.padEnd(117) +
    '\n';
  const data = descr === '<f8' ? Float64Array.from(values) : Float32Array.from(values);
  const head = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length, 0];
  return Uint8Array.from([
    ...head,
    ...new TextEncoder().encode(header),
    ...new Uint8Array(data.buffer),
  ]);
}

describe('loading a model', () => {
  test('gives the same digest from a folder and from memory, whatever the white space', async () => {
    const source = tinyGeneratorSource();
    const folder = await mkdtemp(join(tmpdir(), 'colloid-model-'));
    try {
      await writeFile(join(folder, 'model.json'), JSON.stringify(source.manifest, null, 4));
      for (const [name, bytes] of Object.entries(source.files))
        await writeFile(join(folder, name), bytes);
      const [a, b] = [await loadModel(folder), await loadModel(source)];
      expect(a.digest).toMatch(/^[0-9a-f]{64}$/);
      expect(a.digest).toBe(b.digest);
      expect(b).toMatchObject({ kind: 'generator', latentDim: 8, priorDim: 8, batch: null });
      await rm(join(folder, 'synthesis.onnx'));
      await expect(loadModel(folder)).rejects.toThrow(/'synthesis.onnx' is missing/);
      await writeFile(join(folder, 'model.json'), '{');
      await expect(loadModel(folder)).rejects.toThrow(/'model.json' is not JSON/);
    } finally {
      await rm(folder, { recursive: true });
    }
    const other = tinyGeneratorSource({ seed: 2 });
    expect((await loadModel(other)).digest).not.toBe((await loadModel(source)).digest);
  });

  test('reads an average latent, and refuses one of another length', async () => {
    const { manifest, files } = tinyGeneratorSource();
    const latent = { dim: 8, average: 'average.npy' };
    const load = (bytes: Uint8Array) =>
      loadGenerator({
        manifest: { ...manifest, latent },
        files: { ...files, 'average.npy': bytes },
      });
    const values = [1, 2, 3, 4, 5, 6, 7, 8.5];
    expect([...((await load(npy(values, '<f8'))).average ?? [])]).toEqual(values);
    await expect(load(npy([1, 2], '<f4'))).rejects.toThrow(/2 numbers where 8/);
    await expect(load(npy(values, '<i4'))).rejects.toThrow(/'<i4' where '<f4'/);
    await expect(load(Uint8Array.of(1, 2))).rejects.toThrow(/not an npy file/);
  });

  test('says in one sentence what is wrong with a manifest', async () => {
    const { manifest, files } = tinyGeneratorSource();
    const load = (change: object) => loadModel({ manifest: { ...manifest, ...change }, files });
    await expect(load({ kind: 'discriminator' })).rejects.toThrow(ManifestError);
    await expect(load({ image: { height: 16 } })).rejects.toThrow(/image.width/);
    await expect(
      load({ synthesis: { file: '../../etc/passwd', input: 'w', output: 'image' } }),
    ).rejects.toThrow(/plain file name/);
    await expect(load({ latent: { dim: 9 } })).rejects.toThrow(
      /float32 \[batch, 8\], but model.json declares float32 \[batch, 9\]/,
    );
    await expect(
      load({ synthesis: { file: 'synthesis.onnx', input: 'latent', output: 'image' } }),
    ).rejects.toThrow(/no input 'latent' \(it has 'w'\)/);
    const image = { height: 32, width: 16, range: [-1, 1] };
    await expect(load({ image })).rejects.toThrow(ModelGraphError);
    await expect(loadModel({ manifest, files: {} })).rejects.toThrow(ModelFileError);
    const broken = { ...files, 'mapping.onnx': Uint8Array.of(8, 99, 1) };
    await expect(loadModel({ manifest, files: broken })).rejects.toThrow(
      /'mapping.onnx' is not a usable ONNX model/,
    );
    await expect(loadRecogniser(tinyGeneratorSource())).rejects.toThrow(
      /generator where a recogniser/,
    );
  });

  test('names the node that draws random numbers', async () => {
    const plain = decodeModel(tinyGeneratorSource().files['synthesis.onnx'] ?? new Uint8Array());
    const last = plain.nodes.at(-1);
    if (last === undefined) throw new Error('the tiny generator has nodes');
    const noise = node({
      name: 'noise_1',
      opType: 'RandomNormalLike',
      inputs: last.inputs.slice(0, 1),
      outputs: ['noise'],
      attributes: {},
    });
    const b = graph({ ...plain, nodes: [...plain.nodes.slice(0, -1), noise, last] });
    const { manifest, files } = tinyGeneratorSource();
    const noisy = { ...files, 'synthesis.onnx': encodeModel(b) };
    await expect(loadModel({ manifest, files: noisy })).rejects.toThrow(RandomNodeError);
    await expect(loadModel({ manifest, files: noisy })).rejects.toThrow(
      /'noise_1' \(RandomNormalLike\).*constant noise/,
    );
  });
});

describe('joining two models', () => {
  test('refuses framings, batches and opsets that do not fit, with the remedy', async () => {
    const { generator, recogniser } = await tinyPair();
    const { framing: _framing, ...unframed } = recogniser.manifest;
    const join = (change: object) => () =>
      buildChain({ generator, recogniser: { ...recogniser, ...change } });
    expect(join({ manifest: unframed })).toThrow(/recogniser's manifest states no framing/);
    const far = { ...recogniser.manifest, framing: { leftEye: [300, 4], rightEye: [304, 4] } };
    expect(join({ manifest: far })).toThrow(/0 % of the recogniser's crop/);
    const tilted = { ...recogniser.manifest, framing: { leftEye: [3, 4], rightEye: [6, 7] } };
    expect(join({ manifest: tilted })).toThrow(/tilted by 45.0 degrees/);
    expect(join({ batch: 3 })).not.toThrow();
    expect(() =>
      buildChain({
        generator: { ...generator, batch: 2 },
        recogniser: { ...recogniser, batch: 3 },
      }),
    ).toThrow(ModelMismatchError);
    const old = await loadRecogniser(tinyRecogniserSource({ opset: 13 }));
    expect(() => buildChain({ generator, recogniser: old })).toThrow(/opset 17 and 13/);
  });

  test('lists the operators that have no gradient before any work', async () => {
    // Mish is an operator from opset 18 on; the tiny generator has 17.
    const b = new GraphBuilder({ name: 'early' });
    const image = b.input('image', 'float32', ['batch', 3, 12, 12]);
    const first = b.slice(b.flatten(image), { axis: 1, start: 0, end: 16 });
    b.output('embedding', b.op('Mish', [first], {}, { name: 'early' }));
    const { manifest } = tinyRecogniserSource();
    const recogniser = await loadRecogniser({
      manifest,
      files: { 'network.onnx': encodeModel(b.build()) },
    });
    const { generator } = await tinyPair();
    expect(() => buildChain({ generator, recogniser })).toThrow(UnsupportedOperatorError);
    expect(() => buildChain({ generator, recogniser })).toThrow(/Mish at node 'recogniser\/early'/);
    expect(() => buildChain({ generator, recogniser }, { gradients: false })).not.toThrow();
  });
});
