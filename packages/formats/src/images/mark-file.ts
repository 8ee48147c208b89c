/** @file The synthetic mark in an image file that exists already: its metadata is written anew, its pixels are not touched. */
import sharp from 'sharp';

import { FormatError } from '../errors.ts';
import type { ImageFormat } from './encode.ts';
import { withXmp } from './xmp-container.ts';
import {
  bareSyntheticXmp,
  digitalSourceTypeOf,
  SYNTHETIC_SOURCE_TYPE,
  xmpOf,
} from './synthetic-mark.ts';

/** End of the statements in a packet of XMP. */
const END = /<\/\w+:RDF>/;

/**
 * The same image with IPTC's mark of media that a trained model made. One that has the mark stays as it is, byte for byte; of any other
 * all that it says of itself stays, and every byte of its picture.
 *
 * @throws FormatError INVALID_IMAGE when the bytes are no such image, or say that they come from elsewhere, such as a camera
 */
export async function markAsSynthetic(bytes: Uint8Array, format: ImageFormat): Promise<Uint8Array> {
  const xmp = await xmpOf(bytes);
  const source = xmp === null ? null : digitalSourceTypeOf(xmp);
  if (source === SYNTHETIC_SOURCE_TYPE) return bytes;
  if (source !== null) {
    throw new FormatError(
      'INVALID_IMAGE',
      `It says in its metadata that it is '${source}', and not made by a model; correct the one or the other.`,
    );
  }
  const size = await sharp(bytes).metadata();
  return withXmp(bytes, { format, xmp: xmp === null ? bareSyntheticXmp() : added(xmp), size });
}

/** The packet with one statement more. */
function added(xmp: string): string {
  const end = END.exec(xmp);
  // No RDF, no statements: nothing is lost with it.
  if (end === null) return bareSyntheticXmp();
  const [statement = ''] =
    /<rdf:Description[\s\S]*<\/rdf:Description>/.exec(bareSyntheticXmp()) ?? [];
  const declared = statement.replace(
    '<rdf:Description',
    '<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
  );
  return `${xmp.slice(0, end.index)}${declared}${xmp.slice(end.index)}`;
}
