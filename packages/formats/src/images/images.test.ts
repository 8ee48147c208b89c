import { crc32 } from 'node:zlib';

import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

import { isFormatError } from '../errors.ts';
import { contactSheet } from './contact-sheet.ts';
import { decodeImage, thumbnail } from './decode.ts';
import { encodeImage, encodeImages, encodeRgb } from './encode.ts';
import type { EncodeOptions, ImageFormat } from './encode.ts';
import { toRgb } from './pixels.ts';
import type { NetworkImage, RgbImage } from './pixels.ts';
import { readSyntheticMark, SYNTHETIC_SOURCE_TYPE } from './synthetic-mark.ts';

const FORMATS: readonly ImageFormat[] = ['png', 'jpeg', 'webp'];

/** A smooth image in [-1, 1], channel by channel: red grows to the right, green downwards. */
function gradient(width: number, height: number): NetworkImage {
  const pixels = new Float32Array(3 * width * height);
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1) {
      pixels[row * width + column] = (2 * column) / (width - 1) - 1;
      pixels[width * height + row * width + column] = (2 * row) / (height - 1) - 1;
    }
  return { pixels, width, height, layout: 'CHW', range: [-1, 1], channels: 'RGB' };
}

function flat(width: number, height: number, color: readonly number[]): RgbImage {
  const pixels = new Uint8Array(3 * width * height).map((_, index) => color[index % 3] ?? 0);
  return { pixels, width, height };
}

describe('pixels', () => {
  it('are the same whichever layout, channel order and range they come in', () => {
    const size = fc.integer({ min: 1, max: 7 });
    const images = fc.tuple(size, size).chain(([width, height]) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        bytes: fc.uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height }),
        layout: fc.constantFrom('CHW' as const, 'HWC' as const),
        channels: fc.constantFrom('RGB' as const, 'BGR' as const),
        range: fc.constantFrom([0, 255] as const, [-1, 1] as const, [1, 0] as const),
      }),
    );
    fc.assert(
      fc.property(images, ({ width, height, bytes, layout, channels, range }) => {
        const [low, high] = range;
        const pixels = new Float32Array(bytes.length);
        for (let at = 0; at < bytes.length; at += 1) {
          const pixel = Math.floor(at / 3);
          const channel = channels === 'RGB' ? at % 3 : 2 - (at % 3);
          const place = layout === 'HWC' ? pixel * 3 + channel : channel * width * height + pixel;
          pixels[place] = low + ((bytes[at] ?? 0) / 255) * (high - low);
        }
        const image = { pixels, width, height, layout, channels, range };
        expect(Buffer.compare(toRgb(image).pixels, bytes)).toBe(0);
      }),
      { seed: 6 },
    );
  });

  it('beyond the range are cut off, and NaN is refused with its place', () => {
    const pixels = Float32Array.of(-9, 9, 0, Number.POSITIVE_INFINITY, -1, 1);
    const image = { ...gradient(2, 2), pixels, width: 2, height: 1, layout: 'HWC' as const };
    expect([...toRgb(image).pixels]).toEqual([0, 255, 128, 255, 0, 255]);
    const broken = { ...image, pixels: pixels.with(4, Number.NaN) };
    expect(() => toRgb(broken)).toThrow('Pixel (1, 0), channel 1, is NaN');
    expect(() => toRgb({ ...image, width: 3 })).toThrow('has 9 numbers, not 6');
    expect(() => toRgb({ ...image, range: [1, 1] })).toThrow('no values between black and white');
  });
});

describe.each(FORMATS)('images as %s', (format) => {
  const options: EncodeOptions = {
    format,
    metadata: { identifier: 'sha256:<&"\'>', description: 'identity 12 — sample 3' },
  };

  it('come back as the pixels that went in, as closely as the format allows', async () => {
    const image = gradient(48, 32);
    const decoded = await decodeImage(await encodeImage(image, options));
    expect(decoded).toMatchObject({ width: 48, height: 32 });
    const expected = toRgb(image).pixels;
    const worst = Math.max(...expected.map((v, at) => Math.abs(v - (decoded.pixels[at] ?? 0))));
    expect(worst).toBeLessThanOrEqual({ png: 0, jpeg: 8, webp: 12 }[format]);
  });

  it('are the same bytes every time', async () => {
    const image = gradient(64, 64);
    const [first, second] = await Promise.all([1, 2].map(() => encodeImage(image, options)));
    expect(Buffer.compare(first ?? Buffer.of(1), second ?? Buffer.of(2))).toBe(0);
  });

  it('say that they are synthetic, also as thumbnail and with nothing else to say', async () => {
    const bytes = await encodeImage(gradient(64, 64), options);
    const mark = {
      digitalSourceType: SYNTHETIC_SOURCE_TYPE,
      creatorTool: 'Colloid',
      ...options.metadata,
    };
    expect(await readSyntheticMark(bytes)).toEqual(mark);
    expect(await readSyntheticMark(await thumbnail(bytes, 16))).toEqual(mark);
    expect(await readSyntheticMark(await encodeImage(gradient(8, 8), { format }))).toEqual({
      digitalSourceType: SYNTHETIC_SOURCE_TYPE,
      creatorTool: 'Colloid',
    });
  });

  it('without a mark, or with one of a photograph, are not taken for synthetic', async () => {
    const raw = sharp(Buffer.alloc(300, 7), { raw: { width: 10, height: 10, channels: 3 } });
    const plain = await raw.clone().toFormat(format).toBuffer();
    expect(await readSyntheticMark(plain)).toBeNull();
    const type = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture';
    const photo = await raw
      .withXmp(rdf(`a:DigitalSourceType="${type}"`))
      .toFormat(format)
      .toBuffer();
    expect(await readSyntheticMark(photo)).toBeNull();
  });

  it('that other programs marked in their own spelling are recognised', async () => {
    const raw = sharp(Buffer.alloc(300, 7), { raw: { width: 10, height: 10, channels: 3 } });
    const xmp = rdf(`iptcExt:DigitalSourceType='${SYNTHETIC_SOURCE_TYPE}'`);
    const bytes = await raw.withXmp(xmp).toFormat(format).toBuffer();
    expect(await readSyntheticMark(bytes)).toEqual({
      digitalSourceType: SYNTHETIC_SOURCE_TYPE,
      creatorTool: null,
    });
  });

  it('that are cut off or no image are refused', async () => {
    const bytes = await encodeImage(gradient(64, 64), options);
    for (const broken of [bytes.subarray(0, bytes.length >> 1), Buffer.from('no image')]) {
      const errors = [decodeImage(broken), thumbnail(broken, 8)].map((action) =>
        action.catch((error: unknown) => error),
      );
      for (const error of await Promise.all(errors))
        expect(isFormatError(error, 'INVALID_IMAGE')).toBe(true);
    }
  });
});

describe('the synthetic mark', () => {
  it('keeps any text that XML can hold', async () => {
    const texts = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => text.trim() === text && !/\p{Cc}/u.test(text));
    await fc.assert(
      fc.asyncProperty(texts, async (identifier) => {
        const options = { format: 'png' as const, metadata: { identifier } };
        const bytes = await encodeRgb(flat(1, 1, [0, 0, 0]), options);
        expect((await readSyntheticMark(bytes))?.identifier).toBe(identifier);
      }),
      { seed: 7 },
    );
  });
});

describe('the mark of a PNG', () => {
  it('is an iTXt chunk of plain UTF-8 with a right check sum, as strict readers want it', async () => {
    const description = 'Eine Zeichnung, für niemanden';
    const png = Buffer.from(
      await encodeImage(gradient(9, 7), { format: 'png', metadata: { description } }),
    );
    const chunks = new Map<string, Buffer>();
    for (let at = 8; at < png.length;) {
      const length = png.readUInt32BE(at);
      const typed = png.subarray(at + 4, at + 8 + length);
      expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(typed));
      chunks.set(typed.toString('latin1', 0, 4), typed.subarray(4));
      at += 12 + length;
    }
    expect(chunks.has('zTXt')).toBe(false);
    const text = chunks.get('iTXt') ?? Buffer.alloc(0);
    expect(text.toString('latin1', 0, 22)).toBe('XML:com.adobe.xmp\0\0\0\0\0');
    expect(text.toString('utf8', 22)).toContain(description);
    expect(text.toString('utf8', 22)).toContain(SYNTHETIC_SOURCE_TYPE);
    expect(await readSyntheticMark(await thumbnail(png, 4, { format: 'png' }))).toMatchObject({
      description,
    });
  });
});

describe('encodeImages', () => {
  it('keeps the order and takes no more images than it works on', async () => {
    let taken = 0;
    let given = 0;
    const jobs = function* (): Generator<readonly [NetworkImage, EncodeOptions]> {
      for (let size = 4; size < 24; size += 1) {
        taken += 1;
        expect(taken - given).toBeLessThanOrEqual(3);
        yield [gradient(size, 4), { format: 'png' }];
      }
    };
    for await (const bytes of encodeImages(jobs(), { concurrency: 3 })) {
      expect((await decodeImage(bytes)).width).toBe(4 + given);
      given += 1;
    }
    expect(given).toBe(20);
  });

  it('stops at a broken image and when the signal fires', async () => {
    const good = [gradient(8, 8), { format: 'png' }] as const;
    const bad = [{ ...gradient(8, 8), width: 9 }, { format: 'png' }] as const;
    const all = async (jobs: Iterable<typeof good>, signal?: AbortSignal): Promise<number> => {
      let count = 0;
      for await (const _ of encodeImages(jobs, signal === undefined ? {} : { signal })) count += 1;
      return count;
    };
    await expect(all([good, bad, good])).rejects.toThrow('has 216 numbers, not 192');
    const signal = AbortSignal.abort(new Error('the run was cancelled'));
    await expect(all([good], signal)).rejects.toThrow('the run was cancelled');
  });

  it('refuses a quality out of range', async () => {
    const options = { format: 'jpeg', quality: 101 } as const;
    await expect(encodeImage(gradient(8, 8), options)).rejects.toThrow('must be 1 to 100');
  });
});

describe('thumbnails', () => {
  it('keep the proportions and never grow', async () => {
    const bytes = await encodeImage(gradient(64, 32), { format: 'png' });
    expect(await decodeImage(await thumbnail(bytes, 16))).toMatchObject({ width: 16, height: 8 });
    expect(await decodeImage(await thumbnail(bytes, 500))).toMatchObject({ width: 64 });
    expect(await decodeImage(await thumbnail(bytes, 20, { format: 'jpeg' }))).toMatchObject({
      width: 20,
    });
    await expect(thumbnail(bytes, 0)).rejects.toThrow('must be 1 to 4096 pixels');
  });
});

describe('a contact sheet', () => {
  it('has every image in its cell, smaller ones centred, and the mark', async () => {
    const [red, green, blue] = [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ] as const;
    const encoded = await encodeRgb(flat(4, 4, green), { format: 'png' });
    const images = [flat(4, 4, red), encoded, flat(2, 2, blue)];
    const background = [9, 8, 7] as const;
    const bytes = await contactSheet(images, { columns: 2, gap: 1, background });
    const sheet = await decodeImage(bytes);
    expect(sheet).toMatchObject({ width: 11, height: 11 });
    const at = (x: number, y: number): number[] => [
      ...sheet.pixels.subarray((y * 11 + x) * 3, (y * 11 + x) * 3 + 3),
    ];
    expect([at(0, 0), at(5, 1), at(10, 10)]).toEqual([background, background, background]);
    expect([at(1, 1), at(4, 4)]).toEqual([red, red]);
    expect([at(6, 1), at(9, 4)]).toEqual([green, green]);
    expect([at(1, 6), at(2, 7), at(3, 8), at(4, 9)]).toEqual([background, blue, blue, background]);
    expect(await readSyntheticMark(bytes)).not.toBeNull();
  });

  it('of nothing is refused', async () => {
    await expect(contactSheet([], { columns: 2 })).rejects.toThrow('at least one image');
  });
});

function rdf(attribute: string): string {
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description ${attribute}/></rdf:RDF></x:xmpmeta>`;
}
