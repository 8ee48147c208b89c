import { expect, test } from 'vitest';
import { decodeModel, encodeModel, GraphBuilder, ModelFormatError } from '../index.ts';
import { field, joined, modelOf, repeated, whole } from '../testing/wire.ts';
import { checkOutline } from './outline.ts';

/** How many bytes were read to look at these. */
async function looked(bytes: Uint8Array, sizeBytes = bytes.length): Promise<number> {
  let read = 0;
  await checkOutline(async (offset, length) => {
    read += length;
    // What lies beyond the bytes is zeros, as in a file with a hole.
    const part = new Uint8Array(length);
    part.set(bytes.subarray(offset, offset + length));
    return part;
  }, sizeBytes);
  return read;
}

function model(): Uint8Array {
  const b = new GraphBuilder({ name: 'sample', metadata: { a: '1' } });
  b.output('y', b.relu(b.input('x', 'float32', ['batch', 3])));
  return encodeModel(b.build());
}

test('a model passes, whatever its size, after a few bytes of it were read', async () => {
  expect(await looked(model())).toBeLessThan(200);
  const graph = field(7, field(5, field(9, new Uint8Array(10_000_000))));
  expect(await looked(joined([whole(1, 8), graph]))).toBeLessThan(100);
});

test('what decodeModel would refuse for its form alone is refused with the same sentence', async () => {
  const whole = model();
  const cut = whole.subarray(0, whole.length - 1);
  const archive = Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0);
  for (const bytes of [cut, archive, new Uint8Array(), field(8, [])]) {
    const refusal = (await looked(bytes).catch((error: unknown) => error)) as Error;
    expect(refusal).toBeInstanceOf(ModelFormatError);
    expect(() => decodeModel(bytes)).toThrow(refusal.message);
  }
});

test('two gigabytes of nothing are refused at their first byte', async () => {
  await expect(looked(new Uint8Array(), 2 ** 31 - 1)).rejects.toThrow(/not an ONNX model/);
  // A length that no file can have does not wrap around.
  const endless = joined([Uint8Array.of(58), new Uint8Array(9).fill(255), Uint8Array.of(1)]);
  await expect(looked(endless, 2 ** 31 - 1)).rejects.toThrow(/damaged or truncated/);
});

test('very many small fields are left to the reader that counts them', async () => {
  const bytes = joined([repeated(whole(5, 1), 1_000_000), modelOf([])]);
  expect(await looked(bytes)).toBe(200_000);
});
