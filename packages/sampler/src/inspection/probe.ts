/** @file One model by itself as a function on rows: latents to pixels, or pixels to unit embeddings. */

import {
  differentiate,
  encodeModel,
  formatType,
  gradientStatus,
  GraphBuilder,
  inline,
  simplify,
} from '@colloid/onnx';
import type { Graph, UnsupportedOperator, Value } from '@colloid/onnx';

import { cut, takeRows } from '../chain/plan.ts';
import type { GeneratorModel, Model } from '../models/model.ts';
import type { HostTensor, Runtime, Session } from '../runtime/types.ts';
import type { Differentiable } from './directions.ts';
import { openHeldFunction } from './held-function.ts';
import type { HeldFunction } from './held-function.ts';

const PORTS = { input: 'x', output: 'y' } as const;

/** The graphs of a model with its input and output flattened to rows. */
export interface ProbeGraphs {
  readonly inputs: number;
  readonly outputs: number;
  /** Batch the model is fixed to; null: any. */
  readonly batch: number | null;
  /** [batch, inputs] to [batch, outputs]. */
  readonly forward: Graph;
  /** Names of the input and the output of `forward`. */
  readonly ports: { readonly input: string; readonly output: string };
  /** What the network itself takes and gives, such as float32 [batch, 3, 64, 64]. */
  readonly types: { readonly input: string; readonly output: string };
  /** Operators that stand in the way of a gradient; empty: there is one. */
  readonly missing: readonly UnsupportedOperator[];
}

/**
 * Builds the graphs. A recogniser's embedding stays as it is, so that its length can be told.
 *
 * @throws the errors of the onnx package for operators and shapes that do not fit
 */
export function probeGraphs(model: Model): ProbeGraphs {
  const network = model.kind === 'generator' ? model.synthesis : model.network;
  const b = new GraphBuilder({ name: model.name, opset: network.opset });
  const inputs = model.kind === 'generator' ? model.latentDim : pixelCount(model);
  const outputs = model.kind === 'generator' ? pixelCount(model) : model.embeddingDim;
  const x = b.input(PORTS.input, 'float32', [model.batch ?? 'batch', inputs]);
  const shaped = model.kind === 'generator' ? x : b.reshape(x, [0, ...imageShape(model)]);
  const ports = model.kind === 'generator' ? model.manifest.synthesis : model.manifest.network;
  const raw = inline(b, network, { [ports.input]: shaped }, model.kind)[ports.output];
  if (raw === undefined) throw new Error('internal error: the checked output is gone');
  b.output(PORTS.output, model.kind === 'generator' ? flat(b, raw, outputs) : raw);
  // As the chain does, so that what is checked and measured is what a run computes.
  const forward = simplify(b.build());
  return {
    inputs,
    outputs,
    batch: model.batch,
    forward,
    ports: PORTS,
    types: { input: formatType(shaped), output: formatType(raw) },
    missing: gradientStatus(forward, { outputs: [PORTS.output], withRespectTo: [PORTS.input] }),
  };
}

/** The mapping network of a generator, priors to latents; null where there is none. */
export function mappingGraphs(generator: GeneratorModel): ProbeGraphs | null {
  const { mapping, manifest, priorDim, latentDim } = generator;
  const ports = manifest.mapping;
  if (mapping === null || ports === undefined) return null;
  const forward = simplify(mapping);
  const input = forward.inputs.find(({ name }) => name === ports.input);
  const output = forward.outputs.find(({ name }) => name === ports.output);
  if (input === undefined || output === undefined)
    throw new Error('internal error: a port is gone');
  const [batch] = input.type.shape;
  return {
    inputs: priorDim,
    outputs: latentDim,
    batch: typeof batch === 'number' ? batch : null,
    forward,
    ports,
    types: { input: formatType(input.type), output: formatType(output.type) },
    // Nothing is differentiated through the mapping: sampling moves w.
    missing: [],
  };
}

/** A model that runs. Whoever opened it closes it. */
export interface Probe extends Differentiable {
  /** Rows run together. */
  readonly batchSize: number;
  /** Whether the model is made for that batch only. */
  readonly isFixed: boolean;
  evaluate(rows: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Loads the forward graph, and the gradient where there is one when it is first asked for. */
export async function openProbe(
  runtime: Runtime,
  graphs: ProbeGraphs,
  options: { readonly batchSize: number },
): Promise<Probe> {
  const { inputs: D, outputs: E, ports } = graphs;
  const batchSize = graphs.batch ?? options.batchSize;
  const load = (graph: Graph): Promise<Session> =>
    runtime.session(encodeModel(graph), { name: graph.name });
  const forward = await load(graphs.forward);
  let backward: Promise<Session> | undefined;
  let held: Promise<HeldFunction> | undefined;
  const run = async (
    session: Session,
    columns: readonly {
      readonly name: string;
      readonly data: Float32Array;
      readonly width: number;
    }[],
    output: { readonly name: string; readonly width: number },
  ): Promise<Float32Array> => {
    const rows = (columns[0]?.data.length ?? 0) / (columns[0]?.width ?? 1);
    const result = new Float32Array(rows * output.width);
    for (const batch of cut(rows, batchSize)) {
      const size = graphs.batch ?? batch.count;
      const feeds: Record<string, HostTensor> = {};
      for (const { name, data, width } of columns) {
        feeds[name] = {
          dtype: 'float32',
          dims: [size, width],
          data: takeRows(data, width, batch, size),
        };
      }
      const { [output.name]: tensor } = await session.run(feeds, { outputs: [output.name] });
      const got = tensor?.data as Float32Array;
      result.set(got.subarray(0, batch.count * output.width), batch.first * output.width);
    }
    return result;
  };
  return {
    inputs: D,
    outputs: E,
    batchSize,
    isFixed: graphs.batch !== null,
    evaluate: (rows) =>
      run(forward, [{ name: ports.input, data: rows, width: D }], { name: ports.output, width: E }),
    async evaluateOnBranchesOf(point, rows) {
      held ??= openHeldFunction(runtime, graphs.forward, {
        ports,
        outputs: E,
        batch: graphs.batch,
        batchSize,
      });
      return (await held).evaluate(rows, point);
    },
    async pullback(rows, cotangents) {
      backward ??= load(
        differentiate(graphs.forward, {
          outputs: [{ name: ports.output }],
          withRespectTo: [ports.input],
          keepOutputs: false,
        }),
      );
      const columns = [
        { name: ports.input, data: rows, width: D },
        { name: `${ports.output}_cotangent`, data: cotangents, width: E },
      ];
      return run(await backward, columns, { name: `${ports.input}_grad`, width: D });
    },
    async close() {
      await forward.dispose();
      await (await backward?.catch(() => undefined))?.dispose();
      await (await held?.catch(() => undefined))?.close();
    },
  };
}

function pixelCount({ image }: Model): number {
  return 3 * image.height * image.width;
}

function imageShape({ manifest }: Model): readonly number[] {
  const { height, width, layout } = manifest.image;
  return layout === 'NCHW' ? [3, height, width] : [height, width, 3];
}

function flat(b: GraphBuilder, image: Value, width: number): Value {
  return b.reshape(image, [0, width]);
}
