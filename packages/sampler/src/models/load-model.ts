/** @file Loads a model: reads, checks, and gives every fault a sentence. */

import type { Graph } from '@colloid/onnx';

import { ManifestError, ModelFileError, ModelGraphError } from '../errors.ts';
import { checkSoleInput, checkValue, decodeGraph, fixedBatch } from './check-graph.ts';
import type { GeneratorManifest, ImageSpec, RecogniserManifest } from './manifest.ts';
import type { GeneratorModel, Model, RecogniserModel } from './model.ts';
import { readNpyVector } from './npy.ts';
import { readModel } from './sources.ts';
import type { ModelBytes, ModelSource } from './sources.ts';

/**
 * Loads a model from a folder or from memory.
 *
 * @throws ModelFileError, ManifestError, ModelGraphError, RandomNodeError
 * @example const generator = await loadModel('models/parametric-head')
 */
export async function loadModel(source: ModelSource): Promise<Model> {
  const bytes = await readModel(source);
  return bytes.manifest.kind === 'generator'
    ? toGenerator(bytes, bytes.manifest)
    : toRecogniser(bytes, bytes.manifest);
}

/** Loads a model that must be a generator. */
export async function loadGenerator(source: ModelSource): Promise<GeneratorModel> {
  const model = await loadModel(source);
  if (model.kind !== 'generator') throw wrongKind(model.name, 'recogniser', 'generator');
  return model;
}

/** Loads a model that must be a recogniser. */
export async function loadRecogniser(source: ModelSource): Promise<RecogniserModel> {
  const model = await loadModel(source);
  if (model.kind !== 'recogniser') throw wrongKind(model.name, 'generator', 'recogniser');
  return model;
}

function toGenerator(bytes: ModelBytes, manifest: GeneratorManifest): GeneratorModel {
  const { name } = manifest;
  const { file, input, output } = manifest.synthesis;
  const synthesis = graphOf(bytes, name, file);
  const w = checkValue(synthesis, {
    model: name,
    file,
    name: input,
    what: 'input',
    shape: ['batch', null],
  });
  checkValue(synthesis, {
    model: name,
    file,
    name: output,
    what: 'output',
    shape: imageShape(manifest.image),
  });
  checkSoleInput(name, file, synthesis, input);
  const declaredDim = manifest.mapping === undefined ? manifest.latent.dim : null;
  const dim = w.type.shape[1];
  const latentDim = typeof dim === 'number' ? dim : declaredDim;
  if (latentDim === null) {
    throw new ModelGraphError(
      name,
      `the length of '${input}' in '${file}' is not fixed; export the network with a fixed latent length.`,
    );
  }
  if (declaredDim !== null && declaredDim !== latentDim) {
    throw new ModelGraphError(
      name,
      `input '${input}' of '${file}' has ${latentDim} numbers, but model.json declares latent.dim ${declaredDim}; correct the manifest.`,
    );
  }
  return {
    kind: 'generator',
    ...identity(bytes),
    manifest,
    mapping: loadMapping(bytes, manifest, latentDim),
    synthesis,
    latentDim,
    priorDim: manifest.latent.dim,
    average: loadAverage(bytes, manifest, latentDim),
    image: { height: manifest.image.height, width: manifest.image.width },
    batch: fixedBatch(w),
  };
}

function loadMapping(
  bytes: ModelBytes,
  manifest: GeneratorManifest,
  latentDim: number,
): Graph | null {
  if (manifest.mapping === undefined) return null;
  const { file, input, output } = manifest.mapping;
  const model = manifest.name;
  const graph = graphOf(bytes, model, file);
  checkValue(graph, {
    model,
    file,
    name: input,
    what: 'input',
    shape: ['batch', manifest.latent.dim],
  });
  checkSoleInput(model, file, graph, input);
  checkValue(graph, { model, file, name: output, what: 'output', shape: ['batch', latentDim] });
  return graph;
}

function loadAverage(
  bytes: ModelBytes,
  manifest: GeneratorManifest,
  latentDim: number,
): Float32Array | null {
  const file = manifest.latent.average;
  if (file === undefined) return null;
  let average: Float32Array;
  try {
    average = readNpyVector(bytes.files.get(file) ?? new Uint8Array());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelFileError(manifest.name, file, reason, { cause: error });
  }
  if (average.length !== latentDim || !average.every((value) => Number.isFinite(value))) {
    throw new ModelFileError(
      manifest.name,
      file,
      `holds ${average.length} numbers where ${latentDim} finite ones are needed, one per latent coordinate`,
    );
  }
  return average;
}

function toRecogniser(bytes: ModelBytes, manifest: RecogniserManifest): RecogniserModel {
  const { name } = manifest;
  const { file, input, output } = manifest.network;
  const network = graphOf(bytes, name, file);
  const image = checkValue(network, {
    model: name,
    file,
    name: input,
    what: 'input',
    shape: imageShape(manifest.image),
  });
  checkSoleInput(name, file, network, input);
  checkValue(network, {
    model: name,
    file,
    name: output,
    what: 'output',
    shape: ['batch', manifest.embedding.dim],
  });
  return {
    kind: 'recogniser',
    ...identity(bytes),
    manifest,
    network,
    embeddingDim: manifest.embedding.dim,
    image: { height: manifest.image.height, width: manifest.image.width },
    batch: fixedBatch(image),
  };
}

function identity(
  bytes: ModelBytes,
): Pick<Model, 'name' | 'version' | 'licence' | 'digest' | 'fileSizes'> {
  const { name, version, licence } = bytes.manifest;
  const fileSizes = new Map([...bytes.files].map(([file, { byteLength }]) => [file, byteLength]));
  return { name, version, licence, digest: bytes.digest, fileSizes };
}

function graphOf(bytes: ModelBytes, model: string, file: string): Graph {
  return decodeGraph(model, file, bytes.files.get(file) ?? new Uint8Array());
}

function imageShape(image: ImageSpec): readonly (number | 'batch')[] {
  return image.layout === 'NCHW'
    ? ['batch', 3, image.height, image.width]
    : ['batch', image.height, image.width, 3];
}

function wrongKind(model: string, got: string, wanted: string): ManifestError {
  return new ManifestError(model, [`kind: it is a ${got} where a ${wanted} is needed`]);
}
