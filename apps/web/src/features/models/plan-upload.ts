/** @file Which of the files that somebody dropped make a model. Pure. */

/** A file as the browser hands it over, with its path inside what was dropped. */
export interface DroppedFile<F> {
  /** Such as `my-model/network.onnx`. */
  readonly path: string;
  readonly file: F;
}

/** The files to send, `model.json` first; or why there is nothing to send. */
export type UploadPlan<F> =
  | {
      readonly name: string;
      readonly files: readonly { readonly name: string; readonly file: F }[];
    }
  | { readonly problem: string };

const MANIFEST = 'model.json';

/** Finds the one folder with a model.json. */
export function findManifest<F>(
  dropped: readonly DroppedFile<F>[],
): DroppedFile<F> | { readonly problem: string } {
  const found = dropped.filter(({ path }) => path === MANIFEST || path.endsWith(`/${MANIFEST}`));
  const [first, second] = found;
  if (first === undefined) {
    return {
      problem:
        'There is no model.json among these files. Drop the folder that holds it together with the ONNX files.',
    };
  }
  if (second !== undefined) {
    return {
      problem: `There are ${String(found.length)} files model.json here. Drop one model at a time.`,
    };
  }
  return first;
}

/** Takes what the manifest names out of its own folder; whatever else lies there stays at home. */
export function planUpload<F>(
  dropped: readonly DroppedFile<F>[],
  manifest: { readonly path: string; readonly file: F; readonly text: string },
): UploadPlan<F> {
  let document: unknown;
  try {
    document = JSON.parse(manifest.text);
  } catch (error) {
    return {
      problem: `model.json is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  const folder = manifest.path.slice(0, -MANIFEST.length);
  const files = [{ name: MANIFEST, file: manifest.file }];
  for (const name of namedFiles(document)) {
    const found = dropped.find(({ path }) => path === `${folder}${name}`);
    if (found === undefined) {
      return { problem: `model.json names ${name}, which does not lie beside it.` };
    }
    files.push({ name, file: found.file });
  }
  return { name: textAt(document, ['name']) ?? 'the model', files };
}

/** Where a manifest may name a file. What is missing or malformed is for the server to say. */
const PLACES = [
  ['mapping', 'file'],
  ['synthesis', 'file'],
  ['network', 'file'],
  ['latent', 'average'],
] as const;

function namedFiles(document: unknown): readonly string[] {
  return [...new Set(PLACES.flatMap((place) => textAt(document, place) ?? []))];
}

function textAt(document: unknown, place: readonly string[]): string | null {
  const value = place.reduce<unknown>(
    (at, key) => (Object(at) as Readonly<Record<string, unknown>>)[key],
    document,
  );
  return typeof value === 'string' && value !== '' ? value : null;
}
