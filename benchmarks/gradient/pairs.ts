/** @file The pairs that are measured: the built-in one, and two of the architectures that teams bring, with random weights. */

import { builtInModels } from '@colloid/models';
import { encodeModel } from '@colloid/onnx';
import type { Graph } from '@colloid/onnx';
import { dcgan64, iresnet18, mobileFaceNet, styleGan2Synthesis } from '@colloid/onnx/testing';
import { loadGenerator, loadRecogniser } from '@colloid/sampler';
import type { GeneratorModel, RecogniserModel } from '@colloid/sampler';

export interface Pair {
  readonly generator: GeneratorModel;
  readonly recogniser: RecogniserModel;
}

export const PAIRS = {
  'built-in': builtIn,
  // Exported as its authors' code exports: weights per image, which fixes the batch; more than four rows gain nothing on a CPU.
  'stylegan2-64 + iresnet-18': (batch: number, most = 4) =>
    pairOf(
      {
        graph: styleGan2Synthesis({ size: 64, batch: largestDivisor(batch, most) }),
        latentDim: 512,
      },
      iresnet18(),
    ),
  'dcgan-64 + mobilefacenet': () => pairOf({ graph: dcgan64(), latentDim: 100 }, mobileFaceNet()),
} as const satisfies Readonly<Record<string, (batch: number, most?: number) => Promise<Pair>>>;

export type PairName = keyof typeof PAIRS;

function largestDivisor(of: number, most: number): number {
  let divisor = Math.min(of, most);
  while (of % divisor !== 0) divisor -= 1;
  return divisor;
}

async function builtIn(): Promise<Pair> {
  const folder = (kind: 'generator' | 'recogniser'): string => {
    const model = builtInModels.find((candidate) => candidate.kind === kind);
    if (model === undefined) throw new Error(`there is no built-in ${kind}`);
    return model.folder;
  };
  return {
    generator: await loadGenerator(folder('generator')),
    recogniser: await loadRecogniser(folder('recogniser')),
  };
}

interface Synthesis {
  readonly graph: Graph;
  readonly latentDim: number;
}

async function pairOf({ graph, latentDim }: Synthesis, network: Graph): Promise<Pair> {
  const common = { version: '1', licence: 'MIT' };
  const square = (size: number): unknown => ({
    height: size,
    width: size,
    channels: 'RGB',
    range: [-1, 1],
  });
  const generator = await loadGenerator({
    manifest: {
      ...common,
      kind: 'generator',
      name: graph.name.toLowerCase(),
      synthesis: { file: 'synthesis.onnx', input: graph.inputs[0]?.name, output: 'image' },
      latent: { dim: latentDim, prior: 'normal' },
      image: square(64),
    },
    files: { 'synthesis.onnx': encodeModel(graph) },
  });
  const recogniser = await loadRecogniser({
    manifest: {
      ...common,
      kind: 'recogniser',
      name: network.name.toLowerCase(),
      network: { file: 'network.onnx', input: 'image', output: 'embedding' },
      image: square(112),
      embedding: { dim: Number(network.outputs[0]?.type.shape[1]) },
    },
    files: { 'network.onnx': encodeModel(network) },
  });
  return { generator, recogniser };
}
