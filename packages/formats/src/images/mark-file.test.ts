import { Buffer } from 'node:buffer';

import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

import { decodeImage } from './decode.ts';
import { encodeRgb } from './encode.ts';
import { inspectImage } from './inspect.ts';
import { markAsSynthetic } from './mark-file.ts';
import { readSyntheticMark, SYNTHETIC_SOURCE_TYPE, xmpOf } from './synthetic-mark.ts';

const RAW = { width: 9, height: 5, channels: 3 } as const;
const PIXELS = Uint8Array.from({ length: 9 * 5 * 3 }, (_, index) => (index * 37) % 256);
const plain = () => sharp(PIXELS, { raw: RAW });

/** A packet of another program that says who made the image, and what it comes from where that is given. */
const packet = (source?: string) =>
  `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmp:CreatorTool="Painter"${source === undefined ? '' : ` Iptc4xmpExt:DigitalSourceType="${source}"`}/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

const files = {
  png: () => plain().png().toBuffer(),
  jpeg: () =>
    plain()
      .jpeg()
      .withExif({ IFD0: { Artist: 'somebody' } })
      .toBuffer(),
  webp: () => plain().webp({ lossless: true }).toBuffer(),
} as const;
const formats = ['png', 'jpeg', 'webp'] as const;

describe('a file that is marked as synthetic', () => {
  it.each(formats)('%s keeps its pixels and says what it is', async (format) => {
    const bytes = await files[format]();
    expect(await readSyntheticMark(bytes)).toBeNull();
    const marked = await markAsSynthetic(bytes, format);
    expect(await readSyntheticMark(marked)).toEqual({
      digitalSourceType: SYNTHETIC_SOURCE_TYPE,
      creatorTool: null,
    });
    expect(await decodeImage(marked)).toEqual(await decodeImage(bytes));
    expect((await inspectImage(marked)).format).toBe(format);
    expect(await markAsSynthetic(marked, format)).toBe(marked);
  });

  it('keeps the picture of a JPEG and what else it says, byte for byte', async () => {
    const bytes = await files.jpeg();
    const marked = Buffer.from(await markAsSynthetic(bytes, 'jpeg'));
    const at = marked.indexOf('http://ns.adobe.com/xap/1.0/\0', 0, 'latin1') - 4;
    const without = [marked.subarray(0, at), marked.subarray(at + 2 + marked.readUInt16BE(at + 2))];
    expect(Buffer.concat(without)).toEqual(bytes);
  });

  it.each(formats)('%s keeps what another program wrote', async (format) => {
    const bytes = await plain().toFormat(format).withXmp(packet()).toBuffer();
    const marked = await markAsSynthetic(bytes, format);
    expect(await readSyntheticMark(marked)).toMatchObject({ creatorTool: 'Painter' });
    expect((await xmpOf(marked))?.match(/Painter/g)).toHaveLength(1);
  });

  it('with transparency as WebP keeps it', async () => {
    const bytes = await plain().ensureAlpha(0.5).webp().toBuffer();
    const { hasAlpha } = await sharp(await markAsSynthetic(bytes, 'webp')).metadata();
    expect(hasAlpha).toBe(true);
  });

  it('is not changed at all where it has the mark already', async () => {
    const bytes = await encodeRgb({ pixels: PIXELS, ...RAW }, { format: 'webp' });
    expect(await markAsSynthetic(bytes, 'webp')).toBe(bytes);
  });

  it('is refused where it says that a camera took it', async () => {
    const camera = 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture';
    const bytes = await plain().png().withXmp(packet(camera)).toBuffer();
    await expect(markAsSynthetic(bytes, 'png')).rejects.toMatchObject({
      code: 'INVALID_IMAGE',
      message: expect.stringContaining('digitalCapture') as string,
    });
  });
});

describe('an image from outside', () => {
  it('is told from what only looks like one, with what would do', async () => {
    const png = await files.png();
    // Width and height stand in the header, behind its length and name; the check sum is not looked at before the pixels are.
    const huge = Buffer.from(png);
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    const cases = [
      [new Uint8Array(), /no bytes/],
      [Buffer.from('a text and no image'), /no image that can be read/],
      [await plain().gif().toBuffer(), /It is GIF; save it as PNG, JPEG or WebP/],
      [huge, /60000 × 60000 pixels|no image that can be read/],
      [png.subarray(0, -30), /no image that can be read/],
    ] as const;
    for (const [bytes, sentence] of cases) {
      await expect(inspectImage(bytes)).rejects.toMatchObject({
        code: 'INVALID_IMAGE',
        message: expect.stringMatching(sentence) as string,
      });
    }
  });
});
