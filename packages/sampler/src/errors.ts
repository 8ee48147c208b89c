/** @file Every failure the sampler reports: what is wrong, in one sentence, and what to do about it. */

export type SamplerErrorCode =
  | 'PROVIDER_UNAVAILABLE'
  | 'RUNTIME_CLOSED'
  | 'SESSION_FAILED'
  | 'SELF_TEST_FAILED'
  | 'MODEL_FILE'
  | 'MODEL_MANIFEST'
  | 'MODEL_GRAPH'
  | 'MODEL_RANDOM'
  | 'MODEL_MISMATCH'
  | 'UNSUPPORTED_OPERATOR'
  | 'PARAMETER_INVALID'
  | 'RECIPE_INVALID'
  | 'CHECKPOINT_MISMATCH'
  | 'NOT_FINITE'
  | 'SATURATED'
  | 'COVARIATES_INVALID'
  | 'INSPECTION_FAULT'
  | 'PRECISION';

/** Base class of the package. `message` is complete: it can be shown to a person as it stands. */
export class SamplerError extends Error {
  override readonly name: string = 'SamplerError';
  readonly code: SamplerErrorCode;

  constructor(code: SamplerErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Covariate directions, or what they are to be fitted to, cannot be used. */
export class CovariateError extends SamplerError {
  override readonly name = 'CovariateError';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('COVARIATES_INVALID', message, options);
  }
}

/** A pair of models whose gradient does not bear the precision that a recipe asks for. */
export class PrecisionError extends SamplerError {
  override readonly name = 'PrecisionError';

  constructor(message: string, options?: { readonly cause?: unknown }) {
    super('PRECISION', message, options);
  }
}

/** The execution provider asked for cannot run here. */
export class ProviderUnavailableError extends SamplerError {
  override readonly name = 'ProviderUnavailableError';
  readonly provider: string;

  constructor(provider: string, reason: string, options?: { readonly cause?: unknown }) {
    super(
      'PROVIDER_UNAVAILABLE',
      `The execution provider '${provider}' cannot be used here: ${reason}. Choose 'cpu', or 'auto' to take the best one available.`,
      options,
    );
    this.provider = provider;
  }
}

/** The runtime, or the session, was closed before the call. */
export class RuntimeClosedError extends SamplerError {
  override readonly name = 'RuntimeClosedError';

  constructor(what: 'runtime' | 'session', options?: { readonly cause?: unknown }) {
    super(
      'RUNTIME_CLOSED',
      `The ${what} is closed; open a new one before running a graph.`,
      options,
    );
  }
}

/** onnxruntime refused to load a graph, or failed while running it. */
export class SessionError extends SamplerError {
  override readonly name = 'SessionError';
  readonly phase: 'load' | 'run';
  readonly graph: string;

  constructor(
    phase: 'load' | 'run',
    graph: string,
    reason: string,
    options?: { readonly cause?: unknown },
  ) {
    super(
      'SESSION_FAILED',
      `onnxruntime could not ${phase} the graph '${graph}': ${reason.trim()} ${adviceOn(phase, reason)}`,
      options,
    );
    this.phase = phase;
    this.graph = graph;
  }
}

function adviceOn(phase: 'load' | 'run', reason: string): string {
  if (reason.includes('TMPDIR'))
    return 'Free space there, or let TMPDIR name a folder that has some.';
  if (/alloc|memory/i.test(reason))
    return 'Use a smaller batch size or a machine with more memory.';
  return phase === 'load'
    ? 'Check the graph with its checker and the opset it declares.'
    : 'Check the names and shapes of what was fed.';
}

/** A GPU provider gave other numbers than the CPU for the same graph. */
export class SelfTestError extends SamplerError {
  override readonly name = 'SelfTestError';
  readonly provider: string;
  readonly output: string;
  readonly difference: number;

  constructor(
    provider: string,
    graph: string,
    output: string,
    difference: number,
    tolerance: number,
  ) {
    super(
      'SELF_TEST_FAILED',
      `The provider '${provider}' computes output '${output}' of '${graph}' ${difference.toExponential(2)} away from the CPU (at most ${tolerance} is accepted); run on 'cpu' or update the GPU driver.`,
    );
    this.provider = provider;
    this.output = output;
    this.difference = difference;
  }
}

/** A file of a model is absent or cannot be read. */
export class ModelFileError extends SamplerError {
  override readonly name = 'ModelFileError';
  readonly file: string;

  constructor(model: string, file: string, reason: string, options?: { readonly cause?: unknown }) {
    super('MODEL_FILE', `Model '${model}': file '${file}' ${reason}.`, options);
    this.file = file;
  }
}

/** `model.json` does not say what a manifest must say. */
export class ManifestError extends SamplerError {
  override readonly name = 'ManifestError';
  readonly problems: readonly string[];

  constructor(model: string, problems: readonly string[], options?: { readonly cause?: unknown }) {
    super(
      'MODEL_MANIFEST',
      `The manifest of model '${model}' is not valid: ${problems.join('; ')}. Correct model.json as the models guide describes.`,
      options,
    );
    this.problems = problems;
  }
}

/** A graph of a model is broken or is not what its manifest declares. */
export class ModelGraphError extends SamplerError {
  override readonly name: string = 'ModelGraphError';
  readonly model: string;

  constructor(
    model: string,
    sentence: string,
    options?: { readonly cause?: unknown; readonly code?: SamplerErrorCode },
  ) {
    super(options?.code ?? 'MODEL_GRAPH', `Model '${model}': ${sentence}`, options);
    this.model = model;
  }
}

/** A model draws random numbers itself, so that the same latent would not give the same image. */
export class RandomNodeError extends ModelGraphError {
  override readonly name = 'RandomNodeError';
  readonly node: string;

  constructor(model: string, file: string, opType: string, node: string) {
    super(
      model,
      `node '${node}' (${opType}) in '${file}' draws random numbers; export the network again with constant noise (for StyleGAN2, noise_mode='const') so that a latent always gives the same image.`,
      { code: 'MODEL_RANDOM' },
    );
    this.node = node;
  }
}

/** A generator and a recogniser that cannot be joined. */
export class ModelMismatchError extends SamplerError {
  override readonly name = 'ModelMismatchError';
  readonly generator: string;
  readonly recogniser: string;

  constructor(
    generator: string,
    recogniser: string,
    sentence: string,
    options?: { readonly cause?: unknown },
  ) {
    super(
      'MODEL_MISMATCH',
      `Generator '${generator}' and recogniser '${recogniser}' do not fit: ${sentence}`,
      options,
    );
    this.generator = generator;
    this.recogniser = recogniser;
  }
}

/** A chain needs the gradient of an operator that has no rule. */
export class UnsupportedOperatorError extends SamplerError {
  override readonly name = 'UnsupportedOperatorError';
  readonly operators: readonly { operator: string; node: string; reason: string }[];

  constructor(
    chain: string,
    operators: readonly { operator: string; node: string; reason: string }[],
    options?: { readonly cause?: unknown },
  ) {
    const list = operators
      .slice(0, 5)
      .map((entry) => `${entry.operator} at node '${entry.node}' (${entry.reason})`)
      .join('; ');
    const more = operators.length > 5 ? ` and ${operators.length - 5} more` : '';
    super(
      'UNSUPPORTED_OPERATOR',
      `No gradient can be computed through ${chain}: ${list}${more}. Export the network with other operators, or add a rule to the onnx package.`,
      options,
    );
    this.operators = operators;
  }
}

/** A parameter is out of its range, or does not go with another. */
export class ParameterError extends SamplerError {
  override readonly name = 'ParameterError';
  readonly parameter: string;

  constructor(parameter: string, sentence: string, options?: { readonly cause?: unknown }) {
    super('PARAMETER_INVALID', `Parameter '${parameter}' ${sentence}`, options);
    this.parameter = parameter;
  }
}

/** A recipe is not valid; every problem is listed. */
export class RecipeError extends SamplerError {
  override readonly name = 'RecipeError';
  readonly problems: readonly { readonly path: string; readonly message: string }[];

  constructor(problems: readonly { readonly path: string; readonly message: string }[]) {
    super(
      'RECIPE_INVALID',
      `The recipe is not valid: ${problems.map(({ path, message }) => `${path || 'recipe'}: ${message.replace(/\.$/, '')}`).join('; ')}.`,
    );
    this.problems = problems;
  }
}

/** A checkpoint belongs to another run. */
export class CheckpointError extends SamplerError {
  override readonly name = 'CheckpointError';

  constructor(sentence: string) {
    super(
      'CHECKPOINT_MISMATCH',
      `${sentence} Start again without the checkpoint, or use the recipe it was made with.`,
    );
  }
}

/** A computation gave NaN or infinity. */
export class NotFiniteError extends SamplerError {
  override readonly name = 'NotFiniteError';
  readonly quantity: string;
  /** The model that gave it; null where a step of the sampling did. */
  readonly model: string | null;
  /** The first row of the call that is concerned; null where unknown. */
  readonly row: number | null;

  constructor(
    quantity: string,
    where: string,
    options: {
      readonly model?: string | null;
      readonly row?: number | null;
      readonly cause?: unknown;
    } = {},
  ) {
    super(
      'NOT_FINITE',
      `The ${quantity} ${where} is not finite; use a smaller timestep or check the models, whose outputs must be finite for every latent.`,
      options,
    );
    this.quantity = quantity;
    this.model = options.model ?? null;
    this.row = options.row ?? null;
  }
}

/** `reject` or `repulse` found no more room: so many draws in a row were too close to somebody. */
export class SaturatedError extends SamplerError {
  override readonly name = 'SaturatedError';
  /** Identities placed; they are the state of the last progress. */
  readonly placed: number;
  readonly wanted: number;
  /** All draws so far. */
  readonly tries: number;
  /** Draws refused in a row. */
  readonly refused: number;
  /** ICT, radians. */
  readonly interClassThreshold: number;

  constructor(figures: {
    readonly placed: number;
    readonly wanted: number;
    readonly tries: number;
    readonly refused: number;
    readonly interClassThreshold: number;
  }) {
    const { placed, wanted, tries, refused, interClassThreshold } = figures;
    super(
      'SATURATED',
      `The generator is saturated at an ICT of ${interClassThreshold} rad: ${placed} of ${wanted} identities were placed with ${tries} draws, the last ${refused} of which were all too close to one of them. Lower interClassThreshold, raise truncation or triesPerIdentity, ask for at most ${placed} identities, or use langevin, which moves identities that were placed.`,
    );
    this.placed = placed;
    this.wanted = wanted;
    this.tries = tries;
    this.refused = refused;
    this.interClassThreshold = interClassThreshold;
  }
}

/** A model could not be inspected for a reason that is not the model's. */
export class InspectionFaultError extends SamplerError {
  override readonly name = 'InspectionFaultError';

  constructor(reason: string, options?: { readonly cause?: unknown }) {
    super(
      'INSPECTION_FAULT',
      `The model could not be checked, and not for a fault of its own: ${reason} Correct that and check it again.`,
      options,
    );
  }
}

/** Whether a thrown value is one of this package's errors. */
export function isSamplerError(value: unknown): value is SamplerError {
  return value instanceof SamplerError;
}

/** Fails on a state that only a bug of ours can cause; never used on input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal error in the sampler: ${message}`);
}
