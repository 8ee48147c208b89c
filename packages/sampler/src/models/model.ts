/** @file A model in memory: its manifest, its graphs, and the digest of its files. */

import type { Graph } from '@colloid/onnx';

import type { GeneratorManifest, RecogniserManifest } from './manifest.ts';

interface LoadedModel {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** SHA-256 in hex over the names and bytes of all files the manifest names, and the manifest. */
  readonly digest: string;
  /** Bytes of each file that the manifest names. */
  readonly fileSizes: ReadonlyMap<string, number>;
  /** The batch size the graphs are made for; null: any. */
  readonly batch: number | null;
}

export interface GeneratorModel extends LoadedModel {
  readonly kind: 'generator';
  readonly manifest: GeneratorManifest;
  readonly mapping: Graph | null;
  readonly synthesis: Graph;
  /** Numbers in w. */
  readonly latentDim: number;
  /** Numbers in z; the same as latentDim without a mapping network. */
  readonly priorDim: number;
  /** The mean latent, [latentDim], when the model brings it. */
  readonly average: Float32Array | null;
  readonly image: { readonly height: number; readonly width: number };
}

export interface RecogniserModel extends LoadedModel {
  readonly kind: 'recogniser';
  readonly manifest: RecogniserManifest;
  readonly network: Graph;
  readonly embeddingDim: number;
  readonly image: { readonly height: number; readonly width: number };
}

export type Model = GeneratorModel | RecogniserModel;
