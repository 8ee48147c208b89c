/** @file Protocol buffers by hand, for files that no encoder would write. */

type Bytes = Uint8Array | readonly number[];

/** The parts one after the other. */
export function joined(parts: readonly Bytes[]): Uint8Array {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const result = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** A number of any size below 2^53 in seven bits a byte. */
export function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** A field of bytes, text or an inner message. */
export function field(number: number, content: Bytes | string): Uint8Array {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return joined([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** A field with a whole number. */
export function whole(number: number, value: number): Uint8Array {
  return joined([varint(number * 8), varint(value)]);
}

/** The part, again and again. */
export function repeated(part: Uint8Array, times: number): Uint8Array {
  const result = new Uint8Array(part.length * times);
  for (let at = 0; at < result.length; at += part.length) result.set(part, at);
  return result;
}

/** A file of opset 17 with that GraphProto. */
export function modelOf(graph: readonly Bytes[]): Uint8Array {
  return joined([field(7, joined(graph)), field(8, whole(2, 17))]);
}

/** A NodeProto inside a GraphProto. */
export function nodeOf(opType: string, inputs: readonly string[], output: string): Uint8Array {
  const names = inputs.map((name) => field(1, name));
  return field(1, joined([...names, field(2, output), field(4, opType)]));
}

/** A ValueInfoProto of float32 as field 11 (input) or 12 (output) of a GraphProto. */
export function valueOf(number: 11 | 12, name: string, dims: readonly number[]): Uint8Array {
  const shape = joined(dims.map((dim) => field(1, whole(1, dim))));
  const type = field(1, joined([whole(1, 1), field(2, shape)]));
  return field(number, joined([field(1, name), field(2, type)]));
}
