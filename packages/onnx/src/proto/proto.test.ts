/** @file The generated messages are those of proto/onnx.proto. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('src/proto is what npm run generate:proto writes', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'colloid-proto-'));
  try {
    const bin = join(root, '../../node_modules/.bin');
    execFileSync(join(bin, 'buf'), ['generate', '--output', folder], {
      cwd: root,
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    });
    expect(readFileSync(join(folder, 'src/proto/onnx_pb.ts'), 'utf8')).toBe(
      readFileSync(join(root, 'src/proto/onnx_pb.ts'), 'utf8'),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
