/** @file The metrics of a version, read from their JSON column into the shapes that the schema promises. */
import { z } from 'zod';

const ZHistogram = z.object({ edges: z.array(z.number()), counts: z.array(z.number()) });

const ZComparison = z
  .object({
    histogram: ZHistogram,
    nearest: ZHistogram,
    min: z.number(),
    falseMatchRate: z.number().nullable(),
    impostors: z.number(),
    expected: z.number().nullable(),
    samplesUnder: z.number(),
    under: z.object({
      threshold: z.number(),
      count: z.number(),
      listed: z.array(
        z.object({ identity: z.int(), sample: z.int(), row: z.int(), theta: z.number() }),
      ),
    }),
  })
  .transform(({ under, ...rest }) => ({ ...rest, ...under }));

const ZMeasures = z.object({
  identitiesAboveIct: z.number(),
  histograms: z.object({
    inter: ZHistogram,
    intra: ZHistogram.nullable(),
    intraPairs: ZHistogram.nullable(),
    interLatent: ZHistogram.nullable(),
    intraLatent: ZHistogram.nullable(),
  }),
  verification: z
    .object({
      eer: z.number(),
      eerTheta: z.number(),
      genuine: z.number(),
      impostors: z.number(),
      genuinePairs: z.string(),
      impostorPairs: z.string(),
      tarAtFar: z.array(
        z.object({ far: z.number(), tar: z.number().nullable(), theta: z.number().nullable() }),
      ),
      roc: z.array(z.object({ far: z.number(), tar: z.number(), theta: z.number() })),
    })
    .nullable(),
  duplicates: z.object({
    threshold: z.number(),
    count: z.number(),
    listed: z.array(z.object({ a: z.int(), b: z.int(), theta: z.number() })),
  }),
  capacity: z.object({
    draws: z.int(),
    points: z.array(z.object({ n: z.int(), share: z.number(), deviation: z.number() })),
    fit: z
      .object({
        formula: z.string(),
        b: z.number(),
        c: z.number(),
        residual: z.number(),
        sizeAtShare: z.array(z.object({ share: z.number(), n: z.number().nullable() })),
        extrapolated: z.array(z.object({ n: z.number(), share: z.number() })),
      })
      .nullable(),
  }),
  leakage: z.array(
    z
      .object({
        gallery: z.object({
          name: z.string(),
          digest: z.string(),
          rows: z.int(),
          classes: z.int().nullable(),
        }),
        recogniser: z.string(),
        samples: z.int(),
        toSamples: ZComparison,
        toCentres: ZComparison.nullable(),
      })
      .transform(({ gallery, ...rest }) => ({ ...rest, ...gallery })),
  ),
});

/** See the GraphQL type VersionMeasures. */
export type VersionMeasures = z.infer<typeof ZMeasures>;

/** The measures, or null for a version that was made before they were. */
export function readMeasures(value: unknown): VersionMeasures | null {
  const parsed = ZMeasures.safeParse(value);
  return parsed.success ? parsed.data : null;
}
