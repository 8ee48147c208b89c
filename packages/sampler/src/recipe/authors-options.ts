/**
 * @file Recipes that name things as the command line of the authors' package does: `--langevin-repulsion-radius`, `num_identities`.
 * An option's dashes may be underlines, and its leading ones and the algorithm in front may be left out.
 */

import { REFERENCE_TABLES, VARIATION_TABLES } from './parameter-table.ts';

/** What is wrong with one name. */
export interface OptionProblem {
  readonly path: readonly string[];
  readonly message: string;
}

const TABLES: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  references: REFERENCE_TABLES,
  variations: VARIATION_TABLES,
};

/** Options of the whole document that have another name here. */
const DOCUMENT_NAMES: Readonly<Record<string, string>> = {
  networkType: 'generator',
  embeddingType: 'recogniser',
  numIdentities: 'identities',
  truncationPsi: 'truncation',
};

/** Parameters that have another name here. */
const PARAMETER_NAMES: Readonly<Record<string, string>> = {
  ict: 'interClassThreshold',
  checkpointIter: 'checkpointEvery',
  numAugmentations: 'variations',
};

/** What is said otherwise than by a parameter. */
const SAID_OTHERWISE: Readonly<Record<string, string>> = {
  constantEmbeddings:
    "is a file there; here 'gallery: name@version' beside the parameters names one",
  initialCovariates:
    "is the algorithm disco here, with 'covariates: name@version' beside the parameters",
  neutralization: 'is what the algorithm covariates begins with here; leave it out',
  expressions: 'is a list beside the parameters, and none of them',
};

/**
 * The document under Colloid's names. What is no document of a recipe is returned as it is: the schema says what is wrong with it.
 */
export function readAuthorsOptions(document: unknown): {
  readonly document: unknown;
  readonly problems: readonly OptionProblem[];
} {
  if (!isObject(document)) return { document, problems: [] };
  const problems: OptionProblem[] = [];
  const read: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(document)) {
    const plain = colloidName(option);
    const name = DOCUMENT_NAMES[plain] ?? plain;
    if (Object.hasOwn(read, name)) problems.push({ path: [option], message: isSecond(name) });
    else read[name] = value;
  }
  for (const stage of Object.keys(TABLES)) {
    const written = read[stage];
    if (!isObject(written) || !isObject(written['parameters'])) continue;
    const parameters = readParameters(stage, written, problems);
    read[stage] = { ...written, parameters };
  }
  return { document: read, problems };
}

function readParameters(
  stage: string,
  { algorithm: written, parameters: options }: Record<string, unknown>,
  problems: OptionProblem[],
): Record<string, unknown> {
  const algorithm = String(written);
  const known = Object.keys(TABLES[stage]?.[algorithm] ?? {});
  const parameters: Record<string, unknown> = {};
  for (const [option, value] of Object.entries(options ?? {})) {
    const plain = withoutAlgorithm(colloidName(option), algorithm);
    const name = parameterName(plain, algorithm);
    const path = [stage, 'parameters', option];
    if (Object.hasOwn(parameters, name)) {
      problems.push({ path, message: isSecond(name) });
    } else if (known.length > 0 && !known.includes(name)) {
      const otherwise = SAID_OTHERWISE[plain];
      const message = otherwise ?? `is no parameter of ${algorithm}; it has ${known.join(', ')}`;
      problems.push({ path, message });
    } else {
      // There any number below 1 keeps no checkpoints.
      parameters[name] = plain === 'checkpointIter' && Number(value) < 0 ? 0 : value;
    }
  }
  return parameters;
}

function parameterName(plain: string, algorithm: string): string {
  // Its strength is what tells `repulse` from `reject` there.
  if (plain === 'repulse' && algorithm === 'repulse') return 'repulsionCoefficient';
  return PARAMETER_NAMES[plain] ?? plain;
}

/** `langevinTimestep` as `timestep`; DisCo is Dispersion there. */
function withoutAlgorithm(name: string, algorithm: string): string {
  const prefix = algorithm === 'disco' ? 'dispersion' : algorithm;
  const rest = name.slice(prefix.length);
  if (!name.startsWith(prefix) || !/^[A-Z]/.test(rest)) return name;
  return `${rest.charAt(0).toLowerCase()}${rest.slice(1)}`;
}

function isSecond(name: string): string {
  return `gives ${name} a second time; keep one of the two`;
}

/** `--repulsion_radius`, `repulsion-radius` and `repulsionRadius` alike as `repulsionRadius`. */
function colloidName(option: string): string {
  return option
    .replace(/^--/, '')
    .replace(/[_-]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
