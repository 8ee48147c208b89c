/** @file Everything that registration checks of a model, in order; never throws for a fault of the model. */

import { isOnnxError, UnsupportedOperatorError } from '@colloid/onnx';
import type { UnsupportedOperator } from '@colloid/onnx';

import { imageGraph } from '../chain/forward-graphs.ts';
import type { ImageBatch } from '../chain/open-chain.ts';
import { isSamplerError, ModelGraphError, RandomNodeError, SessionError } from '../errors.ts';
import { loadModel } from '../models/load-model.ts';
import type { Model } from '../models/model.ts';
import type { ModelSource } from '../models/sources.ts';
import type { Runtime } from '../runtime/types.ts';
import { CheckLog } from './check-log.ts';
import type { CheckEvent } from './check-log.ts';
import { compareDirections } from './directions.ts';
import { fileFacts, firstNotFinite, operatorFacts, valueFacts } from './facts.ts';
import { inspectionImages, inspectionPriors } from './inputs.ts';
import {
  judgeBatch,
  judgeDeterminism,
  judgeEmbeddings,
  judgeGradient,
  judgeOperators,
  judgePixels,
  judgeSpeed,
} from './judge.ts';
import type { Finding } from './judge.ts';
import { measureSpeed } from './measure-speed.ts';
import { GRADIENT_TOLERANCE } from './pair-gradients.ts';
import { mappingGraphs, openProbe, probeGraphs } from './probe.ts';
import type { Probe, ProbeGraphs } from './probe.ts';
import { renderSamples } from './render-samples.ts';
import type { ModelReport } from './report.ts';

/** Inputs that a model is tried on, and images shown of a generator. */
const SAMPLES = 8;
/** Rows of one batch: the activations of a gradient grow with the image. */
const BATCH_BY_PIXELS = [
  { pixels: 256 * 256, batch: 8 },
  { pixels: 512 * 512, batch: 2 },
] as const;
/** Bytes of sample images that are worth sending about. */
const SAMPLE_BYTES = 32 * 1024 ** 2;
/** Points of the gradient check, and directions at each. */
const GRADIENT_POINTS = 2;
const GRADIENT_DIRECTIONS = 8;

export interface InspectOptions {
  readonly runtime: Runtime;
  /** Seconds from any origin. */
  readonly clock: () => number;
  /** Told of each check as it begins and as it ends, so that a killed inspection still says where it was. */
  readonly onCheck?: (event: CheckEvent) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Inspection {
  readonly report: ModelReport;
  /** Images of a generator that could be run; null for a recogniser. */
  readonly samples: ImageBatch | null;
}

/**
 * Loads and runs a model and reports on it. What is wrong with the model is in the report; what is wrong with the
 * surroundings (an aborted signal, a runtime that was closed) is thrown.
 *
 * @example const { report } = await inspectModel('models/mine', { runtime, clock })
 */
export async function inspectModel(
  source: ModelSource,
  options: InspectOptions,
): Promise<Inspection> {
  const { runtime, clock } = options;
  const began = clock();
  const log = new CheckLog(options);
  const found = await examine(source, log, options).catch((error: unknown) => {
    if (!(error instanceof CheckFailed)) throw error;
    return error.facts;
  });
  const checks = log.finish();
  const failure = checks.find(({ state }) => state === 'FAILED');
  const { samples = null, ...facts } = found;
  return {
    samples,
    report: {
      format: 1,
      verdict: failure === undefined ? 'READY' : 'REFUSED',
      refusal: failure?.detail ?? null,
      checks,
      files: [],
      operators: [],
      values: [],
      gradient: null,
      speed: [],
      ...facts,
      provider: runtime.provider,
      threads: runtime.threads,
      seconds: clock() - began,
      peakMemoryBytes: null,
    },
  };
}

type Facts = Partial<Pick<ModelReport, 'files' | 'operators' | 'values' | 'gradient' | 'speed'>> & {
  readonly samples?: ImageBatch;
};

/** Ends the inspection early; carries what is known. */
class CheckFailed extends Error {
  readonly facts: Facts;
  constructor(facts: Facts) {
    super('a check failed');
    this.facts = facts;
  }
}

async function examine(
  source: ModelSource,
  log: CheckLog,
  options: InspectOptions,
): Promise<Facts> {
  const model = await loadChecked(source, log);
  if (model === null) throw new CheckFailed({});
  const known: Facts = { files: fileFacts(model) };
  const graphs = await graphsChecked(model, log);
  if (graphs === null) throw new CheckFailed({ ...known, operators: operatorFacts(model, []) });
  const facts = { ...known, operators: operatorFacts(model, graphs.missing) };
  try {
    return { ...facts, ...(await runChecked(model, graphs, log, options)) };
  } catch (error) {
    // onnxruntime refused the graph, or ran out of memory in it, or its gradient cannot be built: that is the check at hand.
    if (!(error instanceof SessionError) && !isOnnxError(error)) throw error;
    log.fail(error.message);
    throw new CheckFailed(facts);
  }
}

async function loadChecked(source: ModelSource, log: CheckLog): Promise<Model | null> {
  log.begin('FILES');
  try {
    const model = await loadModel(source);
    let bytes = 0;
    for (const size of model.fileSizes.values()) bytes += size;
    log.end('FILES', {
      state: 'PASSED',
      detail: `${model.fileSizes.size === 1 ? '1 file' : `${model.fileSizes.size} files`}, ${(bytes / 1e6).toFixed(1)} MB, are within the limits.`,
    });
    log.end('SHAPES', {
      state: 'PASSED',
      detail: `Names, types and shapes are those of model.json${model.batch === null ? '' : `; the batch is fixed to ${model.batch}`}.`,
    });
    return model;
  } catch (error) {
    if (!isSamplerError(error)) throw error;
    if (error instanceof RandomNodeError) {
      log.end('FILES', { state: 'PASSED', detail: 'The files are within the limits.' });
      log.end('DETERMINISM', { state: 'FAILED', detail: error.message });
    } else if (error instanceof ModelGraphError && !isOnnxError(error.cause)) {
      log.end('FILES', { state: 'PASSED', detail: 'The files are within the limits.' });
      log.end('SHAPES', { state: 'FAILED', detail: error.message });
    } else {
      log.end('FILES', { state: 'FAILED', detail: error.message });
    }
    return null;
  }
}

/** The graphs to run; null when an operator is not known at all. */
async function graphsChecked(model: Model, log: CheckLog): Promise<ProbeGraphs | null> {
  log.begin('OPERATORS');
  try {
    const graphs = probeGraphs(model);
    log.end('OPERATORS', judgeOperators(operatorFacts(model, []).length, graphs.missing));
    return graphs;
  } catch (error) {
    if (!isOnnxError(error)) throw error;
    const missing: readonly UnsupportedOperator[] =
      error instanceof UnsupportedOperatorError ? error.operators : [];
    log.end(
      'OPERATORS',
      missing.length > 0
        ? judgeOperators(0, missing)
        : {
            state: 'FAILED',
            detail: `The graph is not consistent: ${error.message} Export the network again and check it with the ONNX checker.`,
          },
    );
    return null;
  }
}

async function runChecked(
  model: Model,
  graphs: ProbeGraphs,
  log: CheckLog,
  options: InspectOptions,
): Promise<Facts> {
  const { runtime, clock, signal } = options;
  await using stack = new AsyncDisposableStack();
  log.begin('DETERMINISM');
  const probe = await openProbe(runtime, graphs, { batchSize: batchFor(model) });
  stack.defer(() => probe.close());
  const inputs = await inputsOf(model, runtime, stack);
  const outputs = await probe.evaluate(inputs);
  log.end('DETERMINISM', judgeDeterminism(outputs, await probe.evaluate(inputs)));
  const values = [
    valueFacts(model.kind === 'generator' ? 'w' : 'image', graphs.types.input, inputs),
    valueFacts(model.kind === 'generator' ? 'image' : 'embedding', graphs.types.output, outputs),
  ];

  const bad = firstNotFinite(outputs);
  log.end('FINITE', {
    state: bad < 0 ? 'PASSED' : 'FAILED',
    detail:
      bad < 0
        ? `All ${outputs.length} numbers of ${SAMPLES} outputs are finite.`
        : `Output ${Math.floor(bad / graphs.outputs)} of ${SAMPLES} holds ${outputs[bad]}; check the network for overflow and division by zero before it is exported.`,
  });
  if (bad >= 0) return { values };
  log.end(
    'RANGE',
    model.kind === 'generator' ? judgePixels(model, outputs) : judgeEmbeddings(model, outputs),
  );
  log.end('BATCH', await batchFinding(probe, graphs, inputs, outputs));
  const samples =
    model.kind === 'generator'
      ? await renderSamples(
          runtime,
          imageGraph(model),
          inputs.slice(0, shownOf(model) * graphs.inputs),
        )
      : null;
  const shown = samples === null ? {} : { samples };
  if (graphs.missing.length > 0) {
    const speed = await measureSpeed(probe, { inputs, clock, hasGradient: false, signal });
    log.end('SPEED', judgeSpeed(speed));
    return { values, speed, ...shown };
  }

  log.begin('GRADIENT');
  const directions = await compareDirections(probe, {
    points: inputs.slice(0, GRADIENT_POINTS * graphs.inputs),
    directions: GRADIENT_DIRECTIONS,
    seed: 1,
    rowsPerCall: probe.batchSize,
    signal,
  });
  log.end('GRADIENT', judgeGradient(directions, GRADIENT_TOLERANCE));
  log.begin('SPEED');
  const speed = await measureSpeed(probe, { inputs, clock, hasGradient: true, signal });
  log.end('SPEED', judgeSpeed(speed));
  return {
    values,
    speed,
    // No number stands for a gradient that is zero where the difference is not; the check says so in words.
    gradient: !Number.isFinite(directions.worst)
      ? null
      : {
          medianRelativeError: directions.median,
          worstRelativeError: directions.worst,
          samples: directions.samples,
          directions: directions.directions,
        },
    ...shown,
  };
}

function batchFor({ image }: Model): number {
  const pixels = image.height * image.width;
  return BATCH_BY_PIXELS.find((entry) => pixels <= entry.pixels)?.batch ?? 1;
}

function shownOf({ image }: Model): number {
  return Math.min(
    SAMPLES,
    Math.max(1, Math.floor(SAMPLE_BYTES / (3 * image.height * image.width))),
  );
}

async function inputsOf(
  model: Model,
  runtime: Runtime,
  stack: AsyncDisposableStack,
): Promise<Float32Array> {
  if (model.kind === 'recogniser') return inspectionImages(model, SAMPLES);
  const priors = inspectionPriors(model, SAMPLES);
  const graphs = mappingGraphs(model);
  if (graphs === null) return priors;
  const mapping = await openProbe(runtime, graphs, { batchSize: SAMPLES });
  stack.defer(() => mapping.close());
  return mapping.evaluate(priors);
}

/** A row beside other companions; a model fixed to a batch of one has none. */
async function batchFinding(
  probe: Probe,
  graphs: ProbeGraphs,
  inputs: Float32Array,
  outputs: Float32Array,
): Promise<Finding> {
  if (graphs.batch === 1) return { state: 'PASSED', detail: 'A batch is one row.' };
  const { inputs: D, outputs: E } = graphs;
  const rows = inputs.slice(0, 2 * D);
  rows.copyWithin(D, 0);
  rows.set(inputs.subarray((SAMPLES - 1) * D), 0);
  const beside = await probe.evaluate(rows);
  return judgeBatch(outputs.subarray(0, E), beside.subarray(E, 2 * E));
}
