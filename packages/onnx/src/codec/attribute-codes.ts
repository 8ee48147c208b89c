/** @file The codes of AttributeProto.type that Colloid reads and writes, and of TensorProto.data_location. */
import type { Attribute } from '../ir/attribute.ts';

export const ATTRIBUTE_CODES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
  strings: 8,
} as const satisfies Record<Attribute['kind'], number>;

/** A graph, and a list of graphs: the bodies of control flow. */
export const GRAPH_CODES: readonly number[] = [5, 10];

/** Of a tensor whose data is in another file. */
export const EXTERNAL = 1;
