/** @file A model whose weights lie in a file beside it, from a graph or from the bytes of a model, without a copy of them. */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { Graph } from '../ir/graph.ts';
import { GraphProtoSchema, ModelProtoSchema, TensorProtoSchema } from '../proto/onnx_pb.ts';
import { EXTERNAL } from './attribute-codes.ts';
import { encodeTensor, inside, joined, modelParts, prefix, sizeOf, writeTensor } from './encode.ts';

/** A model in two files of one folder. */
export interface ModelApart {
  readonly model: Uint8Array;
  /** The other file's bytes, in parts to be written one after another: views of what they were given as. */
  readonly weights: readonly Uint8Array[];
}

/** Tensors are at multiples of this in the file of weights, so that a runtime can map each into its memory. */
const PAGE_BYTES = 4096;
/** Smaller ones stay in the model. */
const LEAST_APART_BYTES = 1024;

/**
 * The graph, or the model that was encoded, with its weights in a file called `file` beside it: a runtime maps that file in place of reading
 * it into memory. `decodeModel` does not take such a model, since it opens no other file.
 *
 * @throws RangeError for bytes that are no model
 */
export function encodeModelApart(source: Graph | Uint8Array, file: string): ModelApart {
  const weights = new Weights(file);
  const parts =
    source instanceof Uint8Array
      ? replaced(source, ModelProtoSchema.field.graph.number, (graph) =>
          replaced(graph, GraphProtoSchema.field.initializer.number, (tensor) =>
            moved(tensor, weights),
          ),
        )
      : modelParts(source, (name, tensor) => {
          const { rawData, ...facts } = encodeTensor(name, tensor);
          if (rawData.byteLength < LEAST_APART_BYTES) return inside(name, tensor);
          return [writeTensor(facts), weights.add(rawData)];
        });
  return { model: joined(parts), weights: weights.parts };
}

/** What goes into the file of weights. */
class Weights {
  readonly parts: Uint8Array[] = [];
  private readonly file: string;
  private size = 0;

  constructor(file: string) {
    this.file = file;
  }

  /** Gives the fields of a tensor that say where these bytes of it are. */
  add(bytes: Uint8Array): Uint8Array {
    const over = this.size % PAGE_BYTES;
    if (over > 0) this.append(new Uint8Array(PAGE_BYTES - over));
    const place = { location: this.file, offset: this.size, length: bytes.byteLength };
    this.append(bytes);
    const externalData = Object.entries(place).map(([key, value]) => ({
      key,
      value: String(value),
    }));
    return writeTensor({ externalData, dataLocation: EXTERNAL });
  }

  private append(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.size += bytes.byteLength;
  }
}

/** An encoded tensor without its raw data, which goes among the weights. */
function moved(tensor: Uint8Array, weights: Weights): readonly Uint8Array[] {
  let raw: Uint8Array | undefined;
  const rest = replaced(tensor, TensorProtoSchema.field.rawData.number, (bytes) => {
    raw = bytes;
    return null;
  });
  return raw === undefined || raw.byteLength < LEAST_APART_BYTES
    ? [tensor]
    : [...rest, weights.add(raw)];
}

/** A message, in parts, with every value of one of its fields replaced; null leaves the field out. */
function replaced(
  message: Uint8Array,
  number: number,
  replace: (value: Uint8Array) => readonly Uint8Array[] | null,
): readonly Uint8Array[] {
  const reader = new BinaryReader(message);
  const parts: Uint8Array[] = [];
  let from = 0;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [field, type] = reader.tag();
    if (field !== number || type !== WireType.LengthDelimited) {
      reader.skip(type, field);
      continue;
    }
    const value = replace(reader.bytes());
    parts.push(message.subarray(from, start));
    if (value !== null) parts.push(prefix(number, sizeOf(value)), ...value);
    from = reader.pos;
  }
  return [...parts, message.subarray(from)];
}
