import { expect, test } from 'vitest';
import { readManifest } from './release-manifest.ts';

const URL = '/api/releases/abc/manifest.json';

test('files of a manifest get their addresses beside it', () => {
  const file = (name: string) => ({ name, sizeBytes: 3, sha256: 'ff' });
  const shown = readManifest(
    { files: [file('dataset.zip'), file('README.md'), file('shard-000000.tar'), { name: 'x' }] },
    URL,
  );
  expect(shown.archive?.url).toBe('/api/releases/abc/dataset.zip');
  expect(shown.shards.map(({ url }) => url)).toEqual(['/api/releases/abc/files/shard-000000.tar']);
  expect(shown.texts.map(({ url }) => url)).toEqual(['/api/releases/abc/files/README.md']);
});

test('a manifest of another form lists nothing', () => {
  expect(readManifest({ files: 7 }, URL)).toEqual({ archive: null, shards: [], texts: [] });
});
