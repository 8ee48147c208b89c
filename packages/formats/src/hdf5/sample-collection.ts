/**
 * @file `samples.h5`, in which the authors' package keeps latents and embeddings: a group per identity, in it a group per picture.
 *
 * Layout: root attributes magic, major and minor; groups '00000', '00001', …; in each 'reference', 'augmentation_0', …; in each of
 * these the attributes network_type and embedding_type and the datasets z_latent, w_latent and embedding of shape (1, width).
 */
import type { Group } from 'h5wasm/node';

import {
  attempt,
  attributeOf,
  createHdf5,
  floatsOf,
  invalid,
  namesOf,
  openHdf5,
  putFloats,
  requireGroup,
} from './hdf5-file.ts';

const MAGIC = 'synthetics_collection';
const MAJOR = 2;
const MINOR = 0;
/** More identities than five digits number get more digits. */
const LEAST_DIGITS = 5;
const REFERENCE = 'reference';
const VARIATION = /^augmentation_(\d{1,9})$/;

/** One picture's latents and embedding. */
export interface CollectionSample {
  readonly identity: number;
  /** 0 for the reference, k + 1 for `augmentation_k`. */
  readonly ordinal: number;
  /** Draw behind the latent; null where the file has none. */
  readonly z: Float32Array | null;
  readonly w: Float32Array;
  readonly embedding: Float32Array;
  /** Name of the generator. */
  readonly networkType: string;
  /** Name of the recogniser. */
  readonly embeddingType: string;
}

/**
 * Writes the samples, one after another, so that a collection need not fit in memory.
 *
 * @throws FormatError INVALID_HDF5 where the file cannot be written or a sample comes twice
 */
export async function writeSampleCollection(
  path: string,
  samples: AsyncIterable<CollectionSample> | Iterable<CollectionSample>,
): Promise<{ readonly identities: number; readonly samples: number }> {
  let identities = 0;
  let count = 0;
  await createHdf5(path, async (file) => {
    attempt(`The head of ${path} cannot be written`, () => {
      file.create_attribute('magic', MAGIC);
      file.create_attribute('major', MAJOR, null, '<i4');
      file.create_attribute('minor', MINOR, null, '<i4');
    });
    let group: Group = file;
    let current = -1;
    for await (const sample of samples) {
      if (sample.identity !== current) {
        current = sample.identity;
        const name = String(current).padStart(LEAST_DIGITS, '0');
        group = attempt(
          `Identity ${current} cannot be written; its pictures must come together`,
          () => file.create_group(name),
        );
        identities += 1;
      }
      putSample(group, sample);
      count += 1;
    }
  });
  return { identities, samples: count };
}

/**
 * Reads the samples identity by identity, in the order of their numbers, the reference first.
 *
 * @throws FormatError INVALID_HDF5 for a file that is none, of another kind or version, or with parts missing
 */
export async function* readSampleCollection(path: string): AsyncGenerator<CollectionSample, void> {
  const file = await openHdf5(path);
  try {
    checkHead(path, file);
    const names = namesOf(file).map((name) => ({ name, identity: identityOf(name) }));
    for (const { name, identity } of names.toSorted((a, b) => a.identity - b.identity)) {
      const group = requireGroup(file, name);
      const labels = namesOf(group).map((label) => ({ label, ordinal: ordinalOf(group, label) }));
      for (const { label, ordinal } of labels.toSorted((a, b) => a.ordinal - b.ordinal)) {
        yield readSample(requireGroup(group, label), { identity, ordinal });
      }
    }
  } finally {
    attempt(`${path} cannot be closed`, () => file.close());
  }
}

function putSample(identity: Group, sample: CollectionSample): void {
  const label = sample.ordinal === 0 ? REFERENCE : `augmentation_${sample.ordinal - 1}`;
  const group = attempt(
    `'${identity.path}/${label}' cannot be written; each picture may come once`,
    () => {
      const made = identity.create_group(label);
      made.create_attribute('network_type', sample.networkType);
      made.create_attribute('embedding_type', sample.embeddingType);
      return made;
    },
  );
  const rows = { z_latent: sample.z, w_latent: sample.w, embedding: sample.embedding };
  for (const [name, data] of Object.entries(rows)) {
    if (data !== null) putFloats(group, name, { data, shape: [1, data.length] });
  }
}

function readSample(
  group: Group,
  at: { readonly identity: number; readonly ordinal: number },
): CollectionSample {
  const w = floatsOf(group, 'w_latent');
  const embedding = floatsOf(group, 'embedding');
  if (w === null || embedding === null) {
    throw invalid(`'${group.path}' has no ${w === null ? 'w_latent' : 'embedding'}`);
  }
  return {
    ...at,
    z: floatsOf(group, 'z_latent'),
    w,
    embedding,
    networkType: String(attributeOf(group, 'network_type') ?? ''),
    embeddingType: String(attributeOf(group, 'embedding_type') ?? ''),
  };
}

function checkHead(path: string, file: Group): void {
  const magic = attributeOf(file, 'magic');
  if (magic !== MAGIC) {
    throw invalid(`${path} is no collection of samples: its attribute magic is not '${MAGIC}'`);
  }
  const major = attributeOf(file, 'major');
  if (major !== MAJOR) {
    throw invalid(`${path} is a collection of version ${major}, and version ${MAJOR} can be read`);
  }
}

function identityOf(name: string): number {
  if (/^\d{5,9}$/.test(name)) return Number(name);
  throw invalid(`The group '/${name}' is no identity: its name must be its number in five digits`);
}

function ordinalOf(identity: Group, label: string): number {
  if (label === REFERENCE) return 0;
  const index = VARIATION.exec(label)?.[1];
  if (index !== undefined) return Number(index) + 1;
  throw invalid(
    `'${identity.path}/${label}' is neither '${REFERENCE}' nor 'augmentation_k' with a number`,
  );
}
