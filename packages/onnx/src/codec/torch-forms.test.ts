/** @file What PyTorch's tracing exporter writes for standardised weights and moved axes is decoded as standard operators. */
import { expect, test } from 'vitest';
import { attributesFrom, type AttributeInput } from '../ir/attribute.ts';
import { check } from '../ir/check.ts';
import { graph, node, valueInfo, valueType, type Graph } from '../ir/graph.ts';
import { print } from '../ir/print.ts';
import { tensorFrom, tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { simplify } from '../simplify/simplify.ts';
import { runGraph } from '../testing/run.ts';
import { decodeModel } from './decode.ts';
import { encodeModel } from './encode.ts';

const EPSILON = 0.5;
/** Two filters of four numbers, as [1, filters, numbers]. */
const WEIGHT = tensorFrom('float32', [1, 2, 3, 6, -1, 0, 0, 5], [1, 2, 4]);

interface Sample {
  readonly opset: number;
  /** What is normalised: the weight, or the input of the graph. */
  readonly of?: 'w' | 'x';
  /** Names of the normalisation's outputs. */
  readonly outputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
}

/** y = x + the normalised w, written and read again. */
function sample({ opset, of = 'w', outputs = ['n'], attributes = {} }: Sample): Graph {
  const type = valueType('float32', [1, 2, 4]);
  const constants: Record<string, Tensor> = {
    w: WEIGHT,
    scale: tensorFrom('float32', [2, 3]),
    bias: tensorFrom('float32', [0, 1]),
    zero: tensorFrom('float32', [0, 0]),
  };
  return decodeModel(
    encodeModel(
      graph({
        name: 'standardised',
        opset,
        inputs: [valueInfo('x', type)],
        outputs: [valueInfo('y', type)],
        initialisers: new Map(Object.entries(constants)),
        nodes: [
          node({
            name: 'norm',
            opType: 'BatchNormalization',
            inputs: [of, 'scale', 'bias', 'zero', 'zero'],
            outputs,
            attributes: attributesFrom({ epsilon: EPSILON, ...attributes }),
          }),
          node({
            name: 'sum',
            opType: 'Add',
            inputs: ['x', outputs.includes('read') ? 'read' : 'n'],
            outputs: ['y'],
            attributes: {},
          }),
        ],
      }),
    ),
  );
}

/** (w - mean) / sqrt(variance + ε) · scale + bias of both filters: means 3 and 1, variances 3.5 and 5.5. */
const EXPECTED = [
  ...[-2, -1, 0, 3].map((d) => (d / 2) * 2),
  ...[-2, -1, -1, 4].map((d) => (d / Math.sqrt(6)) * 3 + 1),
];

test.each([
  ['by its further outputs until opset 13', { opset: 13, outputs: ['n', 'a', 'b', 'c', 'd'] }],
  ['by an attribute', { opset: 17, outputs: ['n', 'a', 'b'], attributes: { training_mode: 1 } }],
  ['where axes are an input', { opset: 18, attributes: { training_mode: 1 } }],
])('a constant is normalised by its own statistics, %s', async (_, options) => {
  const decoded = sample(options);
  check(decoded);
  const x = tensorFrom('float32', Array<number>(8).fill(0), [1, 2, 4]);
  const { y } = await runGraph(decoded, { x });
  tensorNumbers(y as Tensor).forEach((value, at) =>
    expect(Math.abs(value - (EXPECTED[at] as number))).toBeLessThan(1e-6),
  );
  expect(simplify(decoded).nodes.map((n) => n.opType)).toEqual(['Add']);
});

test('training mode over activations stays and is refused by name', () => {
  const decoded = sample({ opset: 17, of: 'x', attributes: { training_mode: 1 } });
  expect(() => check(decoded)).toThrow(/BatchNormalization 'norm': expected inference mode/);
});

test('statistics that something reads are refused too', () => {
  const decoded = sample({ opset: 17, outputs: ['n', 'read'], attributes: { training_mode: 1 } });
  expect(() => check(decoded)).toThrow(/BatchNormalization 'norm': expected inference mode/);
});

test('a negative axis of a Transpose is counted from the end', () => {
  const moved = graph({
    name: 'moved',
    opset: 17,
    inputs: [valueInfo('x', valueType('float32', ['batch', 5, 6, 3]))],
    outputs: [valueInfo('y', valueType('float32', ['batch', 3, 5, 6]))],
    initialisers: new Map(),
    nodes: [
      node({
        name: 'move',
        opType: 'Transpose',
        inputs: ['x'],
        outputs: ['y'],
        attributes: attributesFrom({ perm: [0, -1, 1, 2] }),
      }),
    ],
  });
  const decoded = decodeModel(encodeModel(moved));
  check(decoded);
  expect(print(decoded)).toContain('perm=[0, 3, 1, 2]');
});
