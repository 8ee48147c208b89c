/**
 * @file Counts what an ONNX file holds before anything of it is built. A message of two bytes becomes an object of hundreds, so a
 * file of 20 MB could fill the memory before its nodes are counted; walking the wire format costs nothing but time.
 */
import { ModelFormatError, ModelLimitError } from '../errors.ts';
import { MAX_DEPTH } from './branches.ts';
import type { DecodeLimits } from './limits.ts';

/** What a field is, as far as counting goes. */
type Kind =
  | Message
  /** A name: a short string. */
  | 'name'
  /** Numbers that become one element of an array each, packed or not. */
  | 'varints'
  | 'fixed32'
  | 'fixed64'
  /** One entry of an array whatever its length. */
  | 'entries';

interface Message {
  /** What counts these messages, beside all messages together; graphs count how deep they lie in each other. */
  readonly counts?: 'nodes' | 'graphs';
  readonly fields: Readonly<Record<number, Kind>>;
}

const NAMES = { fields: { 1: 'name', 2: 'entries' } } as const satisfies Message;
const ENTRY = { fields: { 1: 'name' } } as const satisfies Message;
const TENSOR: Message = {
  fields: {
    1: 'varints',
    4: 'fixed32',
    5: 'varints',
    6: 'entries',
    7: 'varints',
    8: 'name',
    10: 'fixed64',
    11: 'varints',
    13: ENTRY,
  },
};
const ATTRIBUTE: Message = {
  fields: {
    1: 'name',
    5: TENSOR,
    // The branch of an If, whose fields are those of a graph.
    get 6() {
      return GRAPH;
    },
    7: 'fixed32',
    8: 'varints',
    9: 'entries',
    10: 'entries',
    11: 'entries',
    21: 'name',
  },
};
const NODE: Message = {
  counts: 'nodes',
  fields: { 1: 'name', 2: 'name', 3: 'name', 4: 'name', 5: ATTRIBUTE, 7: 'name', 8: 'name' },
};
const DIMENSION: Message = { fields: { 2: 'name' } };
const SHAPE: Message = { fields: { 1: DIMENSION } };
const TENSOR_TYPE: Message = { fields: { 2: SHAPE } };
const TYPE: Message = { fields: { 1: TENSOR_TYPE } };
const VALUE: Message = { fields: { 1: 'name', 2: TYPE } };
const GRAPH: Message = {
  counts: 'graphs',
  fields: {
    1: NODE,
    2: 'name',
    5: TENSOR,
    11: VALUE,
    12: VALUE,
    13: VALUE,
    14: 'entries',
    15: 'entries',
  },
};
/** The fields of ModelProto that `proto/` declares, and those of what lies inside. Only a graph may contain itself. */
const MODEL: Message = { fields: { 7: GRAPH, 8: ENTRY, 14: NAMES, 20: 'entries', 25: 'entries' } };

/** Memory that one of each becomes, bytes: about what Node 24 was seen to take, arrays that grow included. */
const MEMORY = { message: 250, name: 50, entry: 120, integer: 40, float: 12 } as const;

/**
 * Walks the bytes once. Graphs inside nodes are skipped: those that are read are given to the function that is returned, which goes on
 * counting.
 *
 * @throws ModelFormatError where they are no protocol buffers; ModelLimitError beyond nodes, objectBytes or the length of a name
 */
export function scanModel(bytes: Uint8Array, limits: DecodeLimits): (branch: Uint8Array) => void {
  const scanner = new Scanner(limits);
  scanner.scan(MODEL, bytes);
  return (branch) => scanner.scan(GRAPH, branch);
}

class Scanner {
  #bytes: Uint8Array = new Uint8Array();
  readonly #limits: DecodeLimits;
  #nodes = 0;
  /** Graphs around the place that is looked at; the model's own is the first. */
  #graphs = 0;
  #memoryBytes = 0;

  constructor(limits: DecodeLimits) {
    this.#limits = limits;
  }

  scan(kind: Message, bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#message(kind, 0, bytes.length);
    const { nodes } = this.#limits;
    if (this.#nodes > nodes) throw new ModelLimitError('nodes', nodes, this.#nodes);
  }

  /** As deep as the messages above are, and branches within branches to their limit, so that recursion is bounded. */
  #message(kind: Message, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const tag = this.#varint(at, end);
      at = tag.next;
      const field = kind.fields[tag.value >>> 3];
      switch (tag.value & 7) {
        case 0:
          at = this.#varint(at, end).next;
          if (field === 'varints') this.#count(1, MEMORY.integer);
          break;
        case 1:
          at += 8;
          if (field === 'fixed64') this.#count(1, MEMORY.float);
          break;
        case 5:
          at += 4;
          if (field === 'fixed32') this.#count(1, MEMORY.float);
          break;
        case 2: {
          const length = this.#varint(at, end);
          at = length.next + length.value;
          if (at > end) throw damaged();
          if (field !== undefined) this.#content(field, length.next, at);
          break;
        }
        default:
          // Groups, which the format does not use.
          throw damaged();
      }
    }
    if (at > end) throw damaged();
  }

  #content(field: Kind, start: number, end: number): void {
    switch (field) {
      case 'name':
        if (end - start > this.#limits.nameBytes)
          throw new ModelLimitError('nameBytes', this.#limits.nameBytes, end - start);
        this.#count(1, MEMORY.name);
        return;
      case 'entries':
        this.#count(1, MEMORY.entry);
        return;
      case 'fixed32':
        this.#count((end - start) / 4, MEMORY.float);
        return;
      case 'fixed64':
        this.#count((end - start) / 8, MEMORY.float);
        return;
      case 'varints':
        this.#count(this.#varintsIn(start, end), MEMORY.integer);
        return;
      default:
        if (field.counts === 'nodes') this.#nodes += 1;
        // Too many already: only their number is of interest.
        if (this.#nodes > this.#limits.nodes) return;
        this.#count(1, MEMORY.message);
        if (field.counts === 'graphs') this.#graphs += 1;
        if (this.#graphs > MAX_DEPTH + 1)
          throw new ModelLimitError('branch depth', MAX_DEPTH, this.#graphs - 1);
        this.#message(field, start, end);
        if (field.counts === 'graphs') this.#graphs -= 1;
    }
  }

  #count(items: number, bytesEach: number): void {
    this.#memoryBytes += items * bytesEach;
    const allowed = this.#limits.objectBytes;
    if (this.#memoryBytes > allowed)
      throw new ModelLimitError('objectBytes', allowed, Math.ceil(this.#memoryBytes));
  }

  /** Every byte without its highest bit ends a number. Stops counting where there are too many. */
  #varintsIn(start: number, end: number): number {
    let count = 0;
    const most = this.#limits.objectBytes / MEMORY.integer;
    for (let at = start; at < end && count <= most; at += 1) {
      if ((this.#bytes[at] as number) < 128) count += 1;
    }
    return count;
  }

  /** Lengths and tags beyond 2^31 cannot be right; the high bits of other numbers do not matter here. */
  #varint(start: number, end: number): { readonly value: number; readonly next: number } {
    let value = 0;
    for (let at = start; at < end && at < start + 10; at += 1) {
      const byte = this.#bytes[at] as number;
      const shift = 7 * (at - start);
      if (shift < 35) value += (byte & 127) * 2 ** shift;
      if (byte < 128) return { value, next: at + 1 };
    }
    throw damaged();
  }
}

function damaged(): ModelFormatError {
  return new ModelFormatError('The file is not an ONNX model, or it is damaged or truncated.');
}
