/** @file The forms for the CPU compute the same, where they are chosen and where they are not. */
import { describe, expect, test } from 'vitest';
import type { Value } from '../build/core-builder.ts';
import type { Graph } from '../ir/graph.ts';
import { checkPass, graphOf, randomTensor } from '../testing/index.ts';
import { adaptForCpu } from './cpu.ts';
import { convolutionCost } from './winograd-cost.ts';

const options = { dtype: 'float32' } as const;
const operators = ({ nodes }: Graph): readonly string[] => nodes.map((n) => n.opType);
const always = (graph: Graph): Graph => adaptForCpu(graph, { leastGain: 0 });

interface Layer {
  readonly inputs?: number;
  readonly outputs?: number;
  readonly size?: readonly [number, number];
  readonly pads?: readonly number[];
  readonly strides?: readonly number[];
  readonly group?: number;
  readonly hasBias?: boolean;
}

/** y = Conv(x [batch, C, H, W], w [M, C, 3, 3]). */
function layer({
  inputs = 16,
  outputs = 32,
  size = [8, 8],
  pads = [1, 1, 1, 1],
  strides = [1, 1],
  group = 1,
  hasBias = false,
}: Layer = {}): Graph {
  return graphOf(
    { x: ['batch', inputs, ...size] },
    (b, { x }) => {
      const random = (dims: readonly number[], seed: number): Value =>
        b.initialiser(`p${seed}`, randomTensor(dims, { ...options, seed }));
      return b.conv(
        x as Value,
        random([outputs, inputs / group, 3, 3], 3),
        hasBias ? random([outputs], 4) : null,
        { pads, strides, group },
      );
    },
    options,
  );
}

describe('Winograd', () => {
  test.each<[string, Layer]>([
    ['whole tiles', {}],
    ['a bias', { hasBias: true }],
    ['sizes that tiles do not divide', { size: [7, 10], hasBias: true }],
    ['no pads', { size: [9, 7], pads: [0, 0, 0, 0] }],
    ['pads that differ by side', { size: [5, 6], pads: [2, 0, 1, 1] }],
    ['an image of two rows', { size: [2, 13] }],
  ])('is the convolution and its gradient: %s', async (_, given) => {
    const found = await checkPass(layer(given), always, { sizes: { batch: 3 } });
    expect(operators(found).filter((op) => op === 'Conv')).toHaveLength(1);
    expect(operators(found)).toContain('MatMul');
    expect(found.outputs).toEqual(layer(given).outputs);
  });

  test.each<[string, Layer]>([
    ['a stride', { strides: [2, 2] }],
    ['groups', { inputs: 32, group: 2 }],
    ['channels outside of blocks', { inputs: 12 }],
    ['an image of a single tile', { size: [4, 4] }],
  ])('leaves alone: %s', (_, given) => {
    const graph = layer(given);
    expect(always(graph)).toBe(graph);
  });

  test('is taken where it gains', () => {
    const few = layer();
    expect(adaptForCpu(few)).toBe(few);
    expect(operators(adaptForCpu(layer({ inputs: 128, outputs: 128 })))).toContain('MatMul');
  });

  test('weights stay within their limit', () => {
    const graph = layer({ inputs: 128, outputs: 128 });
    const bytes = 128 * 128 * 4 * 27;
    expect(adaptForCpu(graph, { mostWeightBytes: bytes })).not.toBe(graph);
    expect(adaptForCpu(graph, { mostWeightBytes: bytes - 1 })).toBe(graph);
  });

  test('the estimate follows measurements', () => {
    const gain = (batch: number, channels: number, size: number): number => {
      const square = [size, size] as const;
      const { direct, products } = convolutionCost({
        batch,
        inputs: channels,
        outputs: channels,
        from: square,
        to: square,
      });
      return direct / products;
    };
    expect(gain(4, 256, 14)).toBeGreaterThan(1.6);
    expect(gain(1, 128, 28)).toBeGreaterThan(1.5);
    expect(gain(4, 64, 56)).toBeLessThan(1);
    expect(gain(1, 512, 4)).toBeLessThan(1.1);
    expect(gain(1, 512, 7)).toBeLessThan(1.3);
    expect(gain(4, 512, 7)).toBeGreaterThan(1.5);
    expect(gain(32, 128, 28)).toBeLessThan(gain(4, 128, 28));
  });
});

describe('factors per channel', () => {
  /** y = k · (Conv(x) + bias), k as a depthwise 1x1 Conv. */
  const scaled = ({ hasBias = true, isRead = false, isStep = false } = {}): Graph =>
    graphOf(
      { x: ['batch', 3, 5, 6] },
      (b, { x }) => {
        const random = (dims: readonly number[], seed: number): Value =>
          b.initialiser(`p${seed}`, randomTensor(dims, { ...options, seed }));
        const y = b.conv(x as Value, random([4, 3, 3, 3], 3), hasBias ? random([4], 4) : null, {
          pads: [1, 1, 1, 1],
        });
        const step = b.constant([1e30, 1e30, 1e30, 1e30], { dims: [4, 1, 1, 1] });
        const k = b.conv(y, isStep ? step : random([4, 1, 1, 1], 5), null, { group: 4 });
        return isRead ? b.add(k, y) : k;
      },
      options,
    );

  test.each([true, false])('go into the weights before them (bias: %s)', async (hasBias) => {
    const found = await checkPass(scaled({ hasBias }), adaptForCpu, { sizes: { batch: 2 } });
    expect(operators(found)).toEqual(['Conv']);
  });

  test.each([
    ['something else reads the convolution', { isRead: true }],
    ['they are the step of a mask', { isStep: true }],
  ])('stay where %s', (_, given) => {
    const graph = scaled(given);
    expect(adaptForCpu(graph)).toBe(graph);
  });
});

describe('convolutions with few outputs', () => {
  test('compute four positions at once', async () => {
    const narrow = layer({ inputs: 64, outputs: 3, size: [56, 56] });
    const found = await checkPass(narrow, adaptForCpu, { sizes: { batch: 2 } });
    expect(operators(found)).toEqual(['Conv', 'DepthToSpace']);
    expect(found.outputs).toEqual(narrow.outputs);
  });

  test.each<[string, Layer]>([
    ['an odd size', { inputs: 64, outputs: 3, size: [63, 64] }],
    ['a small image', { inputs: 16, outputs: 3 }],
    ['more outputs than a quarter of a block', { inputs: 64, outputs: 5, size: [64, 64] }],
    ['a bias', { inputs: 64, outputs: 3, size: [64, 64], hasBias: true }],
  ])('leaves alone: %s', (_, given) => {
    const graph = layer(given);
    expect(adaptForCpu(graph)).toBe(graph);
  });
});

describe('sums of a Conv and a ConvTranspose', () => {
  /** As the gradient of a residual block has it, whose short way is a 1x1 Conv of stride 2. */
  const sum = ({ channels = 16, isRead = false, isFirst = false } = {}): Graph =>
    graphOf(
      { x: ['batch', channels, 6, 6], z: ['batch', 8, 3, 3] },
      (b, { x, z }) => {
        const random = (dims: readonly number[], seed: number): Value =>
          b.initialiser(`p${seed}`, randomTensor(dims, { ...options, seed }));
        const y = b.conv(x as Value, random([channels, channels, 3, 3], 3), null, {
          pads: [1, 1, 1, 1],
        });
        const short = b.convTranspose(z as Value, random([8, channels, 1, 1], 4), null, {
          strides: [2, 2],
          outputPadding: [1, 1],
        });
        const total = isFirst ? b.add(short, y) : b.add(y, short);
        return isRead ? b.mul(total, short) : total;
      },
      options,
    );

  test.each([true, false])('stay in blocks of channels (transposed first: %s)', async (isFirst) => {
    const found = await checkPass(sum({ isFirst }), adaptForCpu, { sizes: { batch: 3 } });
    expect(operators(found).toSorted()).toEqual(['Add', 'Conv', 'Conv', 'ConvTranspose']);
    const blocked = found.nodes.find((node) => node.name.endsWith('/in_blocks'));
    expect(found.nodes.at(-1)?.inputs[0]).toBe(blocked?.outputs[0]);
  });

  test.each([
    ['channels are no whole blocks', { channels: 12 }],
    ['something else reads the operand', { isRead: true }],
  ])('stay as they are where %s', (_, given) => {
    const graph = sum(given);
    expect(adaptForCpu(graph)).toBe(graph);
  });
});
