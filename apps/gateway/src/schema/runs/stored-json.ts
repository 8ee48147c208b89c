/** @file The JSON columns of a run, read into the shapes that the schema promises. */
import { RUN_STAGES } from './stages.ts';
import type { RunStageName } from './stages.ts';
import { z } from 'zod';

const ZSecondsPerStage = z.partialRecord(z.enum(RUN_STAGES), z.number());

const ZSeparation = z.object({
  thetaMin: z.number(),
  thetaMean: z.number(),
  aboveIct: z.number(),
});

const ZSummary = z.object({
  before: ZSeparation,
  after: ZSeparation,
  intraBelowInter: z.number().nullish(),
});

const ZPart = z.object({ digest: z.string() });

const ZPartial = z
  .object({ iteration: z.int(), identities: z.int(), latents: ZPart, embeddings: ZPart })
  .transform(({ iteration, identities, latents, embeddings }) => ({
    iteration,
    identities,
    latentsDigest: latents.digest,
    embeddingsDigest: embeddings.digest,
  }));

/** See the GraphQL type of the same name. */
export type RunPartialWork = z.infer<typeof ZPartial>;

/** See the GraphQL type of the same name. */
export type RunSummary = z.infer<typeof ZSummary>;

const ZImportFiles = z.array(
  z.object({ name: z.string(), digest: z.string(), sizeBytes: z.number() }),
);

/** The files of an import as its row keeps them. */
export function readImportFiles(value: unknown): z.infer<typeof ZImportFiles> {
  return ZImportFiles.parse(value);
}

/** Seconds of one stage. */
export interface StageSeconds {
  readonly stage: RunStageName;
  readonly seconds: number;
}

/** Seconds by stage, in the order of the stages; stages that have not begun are left out. */
export function readSecondsPerStage(value: unknown): StageSeconds[] {
  const parsed = ZSecondsPerStage.safeParse(value);
  if (!parsed.success) return [];
  return RUN_STAGES.flatMap((stage) => {
    const seconds = parsed.data[stage];
    return seconds === undefined ? [] : [{ stage, seconds }];
  });
}

/** The summary, or null while it is not complete. */
export function readSummary(value: unknown): RunSummary | null {
  const parsed = ZSummary.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** The references so far, or null while there are none. */
export function readPartial(value: unknown): RunPartialWork | null {
  const parsed = ZPartial.safeParse(value);
  return parsed.success ? parsed.data : null;
}
