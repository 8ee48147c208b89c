/** @file How much one operation may ask for. */

/** The most of each thing that one request may have. */
export const LIMITS = {
  /** Levels of fields inside each other. */
  depth: 12,
  /** Fields under another name than their own. */
  aliases: 60,
  /** Lexical tokens of the document. */
  tokens: 4000,
  /** Objects that could be fetched, after multiplying the sizes of nested pages. */
  cost: 25_000,
  /** Lists and objects inside each other in one variable; what reads them does so by recursion. */
  nesting: 40,
  /** Bytes of a request body. */
  bodyBytes: 512 * 1024,
  /** Ids of one `nodes` field. */
  nodes: 500,
} as const;

/** Sizes of an operation that a limit is set on. */
export type LimitName = 'depth' | 'aliases' | 'tokens' | 'cost' | 'nesting';

/** What a field's `extensions.colloid` may say about its price. */
export interface FieldPrice {
  /** Arguments that give the number of items, in order of precedence; a list argument counts its entries. */
  readonly sizeArguments?: readonly string[];
  /** Items where none of them is given. */
  readonly assumedSize: number;
}
