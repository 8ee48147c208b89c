import { expect, test } from 'vitest';
import { type DroppedFile, findManifest, planUpload } from './plan-upload.ts';

const drop = (...paths: readonly string[]): DroppedFile<string>[] =>
  paths.map((path) => ({ path, file: path }));

function plan(dropped: readonly DroppedFile<string>[], manifest: unknown) {
  const found = findManifest(dropped);
  if ('problem' in found) return found;
  return planUpload(dropped, { ...found, text: JSON.stringify(manifest) });
}

const GENERATOR = {
  name: 'mine',
  mapping: { file: 'mapping.onnx' },
  synthesis: { file: 'synthesis.onnx' },
  latent: { average: 'average.npy' },
};

test('what the manifest names is sent, and what else lies in the folder is not', () => {
  const dropped = drop(
    'mine/model.json',
    'mine/mapping.onnx',
    'mine/synthesis.onnx',
    'mine/average.npy',
    'mine/README.md',
    'mine/old/synthesis.onnx',
  );
  expect(plan(dropped, GENERATOR)).toEqual({
    name: 'mine',
    files: [
      { name: 'model.json', file: 'mine/model.json' },
      { name: 'mapping.onnx', file: 'mine/mapping.onnx' },
      { name: 'synthesis.onnx', file: 'mine/synthesis.onnx' },
      { name: 'average.npy', file: 'mine/average.npy' },
    ],
  });
});

test('files may be chosen without their folder', () => {
  const dropped = drop('network.onnx', 'model.json');
  expect(plan(dropped, { name: 'r', network: { file: 'network.onnx' } })).toMatchObject({
    files: [{ name: 'model.json' }, { name: 'network.onnx' }],
  });
});

test('what is missing is named before anything is sent', () => {
  expect(plan(drop('mine/network.onnx'), {})).toMatchObject({
    problem: expect.stringContaining('no model.json') as string,
  });
  expect(plan(drop('a/model.json', 'b/model.json'), {})).toMatchObject({
    problem: expect.stringContaining('2 files model.json') as string,
  });
  expect(plan(drop('mine/model.json', 'mapping.onnx'), GENERATOR)).toEqual({
    problem: 'model.json names mapping.onnx, which does not lie beside it.',
  });
});

test('a manifest that is no JSON, or no object, is no crash', () => {
  const [manifest] = drop('model.json');
  if (manifest === undefined) throw new Error('nothing was dropped');
  expect(planUpload([], { ...manifest, text: '{' })).toMatchObject({
    problem: expect.stringContaining('is not JSON') as string,
  });
  // The server says what is wrong with it.
  expect(planUpload([], { ...manifest, text: 'null' })).toMatchObject({ name: 'the model' });
});
