/** @file Looks at the outermost fields of a model's file, so that two gigabytes of something else are not read to be refused. */
import { ModelFormatError } from '../errors.ts';

/** Reads up to `length` bytes at `offset`; fewer only at the end of the file. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

/** A tag and a length at their longest. */
const HEAD_BYTES = 20;
/** Models have some dozens. A file of very many tiny fields is left to `decodeModel`, which counts them. */
const MOST_FIELDS = 10_000;
const GRAPH_FIELD = 7;

/**
 * Walks from field to field of a ModelProto without reading what is inside. What it lets pass `decodeModel` may still refuse.
 *
 * @throws ModelFormatError where the fields do not end with the file, as when it was cut or is no ONNX model, or none is a graph
 */
export async function checkOutline(readAt: ReadAt, sizeBytes: number): Promise<void> {
  let hasGraph = false;
  let at = 0;
  for (let fields = 0; at < sizeBytes; fields += 1) {
    if (fields === MOST_FIELDS) return;
    const head = new Head(await readAt(at, Math.min(HEAD_BYTES, sizeBytes - at)));
    const tag = head.varint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw damaged();
    at += lengthOf(tag % 8, head);
    hasGraph ||= number === GRAPH_FIELD && tag % 8 === 2;
  }
  if (at > sizeBytes) throw damaged();
  if (!hasGraph)
    throw new ModelFormatError(
      'The file holds no ONNX graph: it is empty, truncated, or not an ONNX model.',
    );
}

/** Bytes of a field, its head included. */
function lengthOf(wireType: number, head: Head): number {
  switch (wireType) {
    case 0:
      head.varint();
      return head.read;
    case 1:
      return head.read + 8;
    case 2: {
      const length = head.varint();
      return head.read + length;
    }
    case 5:
      return head.read + 4;
    default:
      throw damaged();
  }
}

/** Numbers at the beginning of a field. */
class Head {
  readonly #bytes: Uint8Array;
  /** Bytes that were read so far. */
  read = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.read];
      if (byte === undefined) break;
      this.read += 1;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw damaged();
  }
}

function damaged(): ModelFormatError {
  return new ModelFormatError('The file is not an ONNX model, or it is damaged or truncated.');
}
