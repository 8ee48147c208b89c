/**
 * @file Gradients of the test bed against PyTorch's autograd: of the graphs built here, and of those that PyTorch's two exporters wrote.
 *
 * The reference is float64; ours is float32. PyTorch's own float32 error is stored beside it.
 */
import { expect, test } from 'vitest';
import { adaptForCpu } from '../adapt/cpu.ts';
import { differentiate } from '../grad/engine.ts';
import { inferTypes } from '../ir/check.ts';
import type { Graph } from '../ir/graph.ts';
import { tensorNumbers, type Tensor } from '../ir/tensor.ts';
import { runGraph } from '../testing/run.ts';
import { simplify } from '../simplify/simplify.ts';
import { readExported, readFixture, readGradient } from './fixtures.ts';
import { hashedWeight, TEST_BED, type TestNetwork } from './index.ts';

const MAX_NORM_ERROR = 5e-3;
const MAX_MEDIAN_ERROR = 1e-5;
/** Without PRelus and far from its kinks a norm is as close as a median. */
const MAX_SIMPLIFIED_ERROR = 1e-5;
const CPU_FORM = 'built, for the CPU';
/**
 * Networks with so many PReLUs that Winograd's rounding, some 1e-6, moves one input of them across 0 for any draw. There the gradient of the
 * other side is as right, and every element differs by it: only the norm can be asked for.
 */
const CROSSES_KINKS: ReadonlySet<string> = new Set(['iresnet50']);

test.each(Object.entries<TestNetwork>(TEST_BED))(
  '%s has the gradient of autograd, built here or exported by PyTorch',
  { timeout: 180_000 },
  async (name, build) => {
    const { shape, outputNorm } = readFixture(name);
    const reference = tensorNumbers(readGradient(name));
    const built = build(shape[0] as number);
    const graphs = {
      built,
      [CPU_FORM]: built,
      traced: readExported(name, 'traced'),
      dynamo: readExported(name, 'dynamo'),
    };
    for (const [source, graph] of Object.entries(graphs)) {
      const adapt = source === CPU_FORM ? adaptForCpu : asIs;
      const { output, gradient } = await run(name, graph, adapt);
      expect(Math.abs(norm(output) / outputNorm - 1), source).toBeLessThan(1e-5);
      const difference = gradient.map((value, at) => value - (reference[at] as number));
      expect(norm(difference) / norm(reference), source).toBeLessThan(MAX_NORM_ERROR);
      if (source === CPU_FORM && CROSSES_KINKS.has(name)) continue;
      // Elements that are as good as 0, where Relu lets nothing through, have no relative error.
      const least = (1e-3 * norm(reference)) / Math.sqrt(reference.length);
      const relative = difference.map(
        (value, at) => Math.abs(value) / Math.max(Math.abs(reference[at] as number), least),
      );
      expect(median(relative), source).toBeLessThan(MAX_MEDIAN_ERROR);
    }
  },
);

test.each(['traced', 'dynamo'])(
  'a style generator has it simplified too, as a chain runs it on the CPU: %s',
  { timeout: 180_000 },
  async (exporter) => {
    const name = 'styleGan2Synthesis64';
    const simple = simplify(readExported(name, exporter));
    const { output, gradient } = await run(name, simple, adaptForCpu);
    const reference = tensorNumbers(readGradient(name));
    expect(Math.abs(norm(output) / readFixture(name).outputNorm - 1)).toBeLessThan(1e-5);
    const difference = gradient.map((value, at) => value - (reference[at] as number));
    expect(norm(difference) / norm(reference)).toBeLessThan(MAX_SIMPLIFIED_ERROR);
  },
);

async function run(
  name: string,
  graph: Graph,
  adapt: (graph: Graph) => Graph,
): Promise<{ readonly output: readonly number[]; readonly gradient: readonly number[] }> {
  const { shape, draw } = readFixture(name);
  const [input, output] = [graph.inputs[0]?.name ?? '', graph.outputs[0]?.name ?? ''];
  const derivative = differentiate(graph, { outputs: [{ name: output }], withRespectTo: [input] });
  const dims = inferTypes(graph).get(output)?.shape ?? [];
  const cotangent = dims.map((d) => (typeof d === 'number' ? d : (shape[0] as number)));
  const results = await runGraph(adapt(derivative), {
    [input]: hashedWeight(`${name}.input${draw}`, shape),
    [`${output}_cotangent`]: hashedWeight(`${name}.cotangent`, cotangent),
  });
  return {
    output: tensorNumbers(results[output] as Tensor),
    gradient: tensorNumbers(results[`${input}_grad`] as Tensor),
  };
}

function asIs(graph: Graph): Graph {
  return graph;
}

function norm(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
