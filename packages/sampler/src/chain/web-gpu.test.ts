/**
 * @file The whole chain on the WebGPU provider against the CPU. Without a GPU it runs in software, through the Vulkan driver that
 * Chromium brings: slow, but the code path of a real one.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { encodeModel, GraphBuilder } from '@colloid/onnx';
import { expect, test } from 'vitest';

import { loadGenerator, loadRecogniser } from '../models/index.ts';
import type { GeneratorModel, RecogniserModel } from '../models/index.ts';
import { availableProviders, openRuntime } from '../runtime/index.ts';
import type { ExecutionProvider, OperatorFallback } from '../runtime/index.ts';
import { normal } from '../random/random.ts';
import { tinyPair } from '../testing/tiny-pair.ts';
import { buildChain, openChain } from './index.ts';

interface Pair {
  readonly generator: GeneratorModel;
  readonly recogniser: RecogniserModel;
}

interface Computed {
  readonly embeddings: Float32Array;
  readonly gradient: Float32Array;
  readonly fallbacks: readonly OperatorFallback[];
}

const ROWS = 2;
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (existsSync(SOFTWARE_DRIVER)) {
  // The Vulkan loader reads them when the first session starts; a driver that somebody chose stays.
  process.env['VK_DRIVER_FILES'] ??= SOFTWARE_DRIVER;
  process.env['VK_ICD_FILENAMES'] ??= SOFTWARE_DRIVER;
}

const webGpu = (await availableProviders()).find(({ name }) => name === 'webgpu');
const isSkipped = webGpu?.available !== true && process.env['CI'] === undefined;
const title = (what: string): string =>
  isSkipped ? `${what} (skipped: no WebGPU: ${webGpu?.reason ?? ''})` : what;

const builtIn = (name: string): string =>
  fileURLToPath(new URL(`../../../models/built-in/${name}`, import.meta.url));

async function compute(provider: ExecutionProvider, pair: Pair): Promise<Computed> {
  await using stack = new AsyncDisposableStack();
  const runtime = await openRuntime({ provider });
  stack.defer(() => runtime.close());
  const fallbacks: OperatorFallback[] = [];
  const sessions = await openChain(runtime, buildChain(pair), {
    batchSize: ROWS,
    onFallback: async (_, operators) => void fallbacks.push(...operators),
  });
  stack.defer(() => sessions.close());
  // One graph that gives both, since every graph is loaded, compared and traced at software's pace.
  const latents = drawn(1, ROWS * sessions.latentDim);
  const references = unitRows(drawn(2, ROWS * sessions.embeddingDim), sessions.embeddingDim);
  const { embeddings, gradient } = await sessions.dispersionGradient(latents, references);
  return { embeddings, gradient, fallbacks };
}

function drawn(stream: number, length: number): Float32Array {
  const numbers = new Float32Array(length);
  normal({ seed: 3, stream }, numbers);
  return numbers;
}

function unitRows(rows: Float32Array, width: number): Float32Array {
  const norms = Array.from({ length: rows.length / width }, (_, row) =>
    Math.hypot(...rows.subarray(row * width, (row + 1) * width)),
  );
  return rows.map((value, at) => value / (norms[Math.floor(at / width)] ?? 1));
}

/** |a - b| / |a| in the 2-norm. */
function difference(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((value, at) => value - (b[at] ?? Number.NaN))) / Math.hypot(...a);
}

test.skipIf(isSkipped)(
  title('a small pair has the same embeddings and gradients on WebGPU as on the CPU'),
  async () => {
    const pair = await tinyPair();
    const [expected, found] = [await compute('cpu', pair), await compute('webgpu', pair)];
    expect(difference(expected.embeddings, found.embeddings)).toBeLessThan(1e-5);
    expect(difference(expected.gradient, found.gradient)).toBeLessThan(1e-5);
    expect(expected.fallbacks).toEqual([]);
  },
  300_000,
);

test.skipIf(isSkipped)(
  title(
    'the built-in pair has the same embeddings and gradients on WebGPU as on the CPU, every operator of it',
  ),
  async () => {
    const pair = {
      generator: await loadGenerator(builtIn('parametric-head')),
      recogniser: await loadRecogniser(builtIn('parametric-head-id')),
    };
    const [expected, found] = [await compute('cpu', pair), await compute('webgpu', pair)];
    expect(difference(expected.embeddings, found.embeddings)).toBeLessThan(1e-3);
    expect(difference(expected.gradient, found.gradient)).toBeLessThan(1e-2);
    expect(found.fallbacks).toEqual([]);
  },
  600_000,
);

test.skipIf(isSkipped)(
  title('operators that the provider lacks are named with their number'),
  async () => {
    const b = new GraphBuilder({ name: 'signs' });
    const x = b.input('x', 'float32', ['n', 4]);
    b.output('y', b.add(b.op('Sign', [x]), b.op('Sign', [b.tanh(x)])));
    const runtime = await openRuntime({ provider: 'webgpu' });
    try {
      let named: readonly OperatorFallback[] = [];
      const data = Float32Array.of(-1, 2, -3, 4);
      await runtime.session(encodeModel(b.build()), {
        selfTest: { feeds: { x: { dtype: 'float32', dims: [1, 4], data } } },
        onFallback: async (operators) => {
          named = operators;
        },
      });
      expect(named).toEqual([{ operator: 'Sign', nodes: 2 }]);
    } finally {
      await runtime.close();
    }
  },
  120_000,
);
