/** @file A hundred thousand damaged files: each is read, or refused with an error of this package. */
import { expect, test } from 'vitest';
import {
  check,
  decodeModel,
  encodeModel,
  GraphBuilder,
  isOnnxError,
  print,
  tensorFrom,
} from '../index.ts';

const MUTATIONS = process.env['COLLOID_TEST_ALL'] === '1' ? 1_000_000 : 100_000;
const SEED = 20_261_128;

/** A few operators of every kind: windows, shapes as constants, lists, half precision, text. */
function convolutional(): Uint8Array {
  const b = new GraphBuilder({ name: 'sample', metadata: { b: '2', a: '1' } });
  const x = b.input('x', 'float32', ['batch', 3, 4, 4]);
  const w = tensorFrom(
    'float32',
    Array.from({ length: 54 }, (_, at) => at),
    [2, 3, 3, 3],
  );
  const y = b.relu(b.conv(x, b.initialiser('w', w)));
  b.output('y', b.reshape(y, [-1, 8]));
  b.output('half', b.cast(b.leakyRelu(y, 0.25), 'float16'));
  return encodeModel(b.build());
}

function attention(): Uint8Array {
  const b = new GraphBuilder({ name: 'attention' });
  const x = b.input('x', 'float32', ['batch', 4, 8]);
  const scores = b.softmax(b.mul(b.matMul(x, b.transpose(x, [0, 2, 1])), 0.35), -1);
  const mixed = b.op('Einsum', [scores, x], { equation: 'bij,bjk->bik' });
  const [first = mixed] = b.ops('Split', [mixed, b.int64([2, 6])], { axis: 2 }, 2);
  const padded = b.op('Pad', [first, b.int64([0, 0, 1, 0, 0, 1])], { mode: 'reflect' });
  const taken = b.op('Gather', [padded, b.int64([1, 0])], { axis: 1 });
  b.output(
    'y',
    b.concat([taken, b.op('Slice', [padded, b.int64([0]), b.int64([1]), b.int64([1])])], 1),
  );
  return encodeModel(b.build());
}

/** xorshift: quick, and the same everywhere. */
class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed | 1;
  }
  below(bound: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % bound;
  }
}

/** One to four flips, replacements, insertions, removals, copies and cuts. */
function mutate(original: Uint8Array, dice: Dice): Uint8Array<ArrayBuffer> {
  let bytes = Uint8Array.from(original);
  for (let edits = 1 + dice.below(4); edits > 0 && bytes.length > 0; edits -= 1) {
    const at = dice.below(bytes.length);
    const other = dice.below(bytes.length);
    const length = 1 + dice.below(12);
    switch (dice.below(6)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
        break;
      case 1:
        bytes[at] = dice.below(256);
        break;
      case 2:
        bytes = spliced(bytes, at, 0, bytes.subarray(other, other + length));
        break;
      case 3:
        bytes = spliced(bytes, at, length, new Uint8Array());
        break;
      case 4:
        // Numbers at the ends of their ranges.
        bytes = spliced(bytes, at, 1, new Uint8Array(1 + dice.below(9)).fill(255));
        break;
      default:
        if (dice.below(8) === 0) bytes = bytes.slice(0, at);
        else bytes.copyWithin(at, other, other + length);
    }
  }
  return bytes;
}

function spliced(
  bytes: Uint8Array,
  at: number,
  removed: number,
  added: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const kept = bytes.subarray(Math.min(bytes.length, at + removed));
  const result = new Uint8Array(at + added.length + kept.length);
  result.set(bytes.subarray(0, at));
  result.set(added, at);
  result.set(kept, at + added.length);
  return result;
}

test.each([
  ['convolutional', convolutional],
  ['attention', attention],
] as const)(
  'the %s network survives its share of them',
  (_, make) => {
    const original = make();
    const dice = new Dice(SEED);
    let [read, refused] = [0, 0];
    for (let round = 0; round < MUTATIONS / 2; round += 1) {
      const bytes = mutate(original, dice);
      try {
        const graph = decodeModel(bytes, { elements: 1_000_000 });
        print(graph);
        check(graph);
        read += 1;
      } catch (error) {
        if (!isOnnxError(error))
          throw new Error(
            `round ${round} of seed ${SEED}: ${Buffer.from(bytes).toString('base64')}`,
            {
              cause: error,
            },
          );
        refused += 1;
      }
    }
    expect(read + refused).toBe(MUTATIONS / 2);
    // Both happen: the mutations are neither all harmless nor all fatal.
    expect(Math.min(read, refused)).toBeGreaterThan(MUTATIONS / 100);
  },
  600_000,
);
