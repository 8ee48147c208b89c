/**
 * @file The mark that says that an image shows nobody: XMP metadata with the IPTC digital source
 * type, which search engines, social networks and C2PA tools read.
 */
import sharp from 'sharp';

import { FormatError } from '../errors.ts';

/** IPTC's term for media made by a trained model. */
export const SYNTHETIC_SOURCE_TYPE =
  'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

/** Name of the program in the mark. */
export const CREATOR_TOOL = 'Colloid';

/** What a mark may say beside the fact itself. */
export interface SyntheticMetadata {
  /** Which image it is, as a digest or the address of a sample. */
  readonly identifier?: string;
  /** One sentence about the image. */
  readonly description?: string;
}

/** A mark found in an image. */
export interface SyntheticMark extends SyntheticMetadata {
  readonly digitalSourceType: string;
  readonly creatorTool: string | null;
}

const NAMESPACES = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  dc: 'http://purl.org/dc/elements/1.1/',
  Iptc4xmpExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
} as const;

const SOURCE_TYPE_STATEMENT = `<Iptc4xmpExt:DigitalSourceType>${SYNTHETIC_SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>`;

/** The XMP packet of the mark. */
export function syntheticXmp({ identifier, description }: SyntheticMetadata = {}): string {
  const parts = [SOURCE_TYPE_STATEMENT, `<xmp:CreatorTool>${CREATOR_TOOL}</xmp:CreatorTool>`];
  if (identifier !== undefined)
    parts.push(`<dc:identifier>${escapeXml(identifier)}</dc:identifier>`);
  if (description !== undefined)
    parts.push(
      `<dc:description><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(description)}</rdf:li></rdf:Alt></dc:description>`,
    );
  return packet(parts);
}

/** The packet of an image that another program made: the fact and nothing else. */
export function bareSyntheticXmp(): string {
  return packet([SOURCE_TYPE_STATEMENT]);
}

function packet(parts: readonly string[]): string {
  const declarations = Object.entries(NAMESPACES).map(([name, uri]) => `xmlns:${name}="${uri}"`);
  return [
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${declarations.join(' ')}>`,
    `<rdf:Description rdf:about="">${parts.join('')}</rdf:Description>`,
    '</rdf:RDF></x:xmpmeta>',
    '<?xpacket end="w"?>',
  ].join('');
}

/**
 * Find the mark in a PNG, JPEG or WebP image, also one that another program has written anew.
 * Only the header is read, not the pixels.
 *
 * @returns null when the image does not say that a trained model made it
 * @throws FormatError INVALID_IMAGE when the bytes are no image
 */
export async function readSyntheticMark(bytes: Uint8Array): Promise<SyntheticMark | null> {
  const xmp = await xmpOf(bytes);
  if (xmp === null) return null;
  const digitalSourceType = digitalSourceTypeOf(xmp);
  if (digitalSourceType !== SYNTHETIC_SOURCE_TYPE) return null;
  const identifier = property(xmp, 'identifier');
  const description = property(xmp, 'description');
  return {
    digitalSourceType,
    creatorTool: property(xmp, 'CreatorTool'),
    ...(identifier === null ? {} : { identifier }),
    ...(description === null ? {} : { description }),
  };
}

/** What kind of source an image says it comes from, as an address of IPTC's list; null where it does not say. */
export function digitalSourceTypeOf(xmp: string): string | null {
  return property(xmp, 'DigitalSourceType');
}

/** The XMP of an image; null where it has none. @throws FormatError INVALID_IMAGE when the bytes are no image */
export async function xmpOf(bytes: Uint8Array): Promise<string | null> {
  try {
    const { xmp } = await sharp(bytes).metadata();
    return xmp === undefined ? null : xmp.toString('utf8');
  } catch (error) {
    throw new FormatError('INVALID_IMAGE', 'The bytes are no image that can be read.', error);
  }
}

/**
 * The value of a simple XMP property in each of the ways that programs write it: as an attribute,
 * as text, as a reference, or as the first of alternatives.
 */
function property(xmp: string, name: string): string | null {
  const patterns = [
    new RegExp(`\\s\\w+:${name}\\s*=\\s*"([^"]*)"`),
    new RegExp(`\\s\\w+:${name}\\s*=\\s*'([^']*)'`),
    new RegExp(`<\\w+:${name}(?:\\s[^>]*)?>([^<]*[^<\\s][^<]*)</`),
    new RegExp(`<\\w+:${name}\\s[^>]*rdf:resource\\s*=\\s*["']([^"']*)["']`),
    new RegExp(`<\\w+:${name}(?:\\s[^>]*)?>\\s*<rdf:(?:Alt|Bag|Seq)>\\s*<rdf:li[^>]*>([^<]*)<`),
  ];
  for (const pattern of patterns) {
    const value = pattern.exec(xmp)?.[1];
    if (value !== undefined) return unescapeXml(value.trim());
  }
  return null;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters have no place in XML, not even escaped. */
function escapeXml(text: string): string {
  if (/[^\P{Cc}\t\n\r]/u.test(text) || !text.isWellFormed())
    throw new FormatError('INVALID_ARGUMENT', 'Image metadata cannot hold control characters.');
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|apos|#(\d+)|#x([0-9a-f]+));/gi, (entity, ten, hex) => {
    if (typeof ten === 'string') return characterOf(Number(ten), entity);
    if (typeof hex === 'string') return characterOf(Number.parseInt(hex, 16), entity);
    const found = Object.entries(ENTITIES).find(([, escaped]) => escaped === entity.toLowerCase());
    return found?.[0] ?? entity;
  });
}

function characterOf(codePoint: number, entity: string): string {
  return codePoint <= 0x10_ff_ff ? String.fromCodePoint(codePoint) : entity;
}
