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
        z.object({
          run: z.int().optional(),
          identity: z.int(),
          sample: z.int(),
          row: z.int(),
          person: z.string().optional(),
          theta: z.number(),
        }),
      ),
    }),
  })
  .transform(({ under, ...rest }) => ({ ...rest, ...under }));

const ZLeakage = z
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
  .transform(({ gallery, ...rest }) => ({ ...rest, ...gallery }));

/** Two identities by their numbers; their runs' numbers are said where the version may hold several. */
const ZPair = z.object({
  a: z.int(),
  b: z.int(),
  theta: z.number(),
  runA: z.int().optional(),
  runB: z.int().optional(),
});

const ZMeasures = z.object({
  identitiesAboveIct: z.number(),
  histograms: z.object({
    inter: ZHistogram,
    // Measured since version 3 of the activity that measures.
    nearest: ZHistogram.nullable().default(null),
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
    listed: z.array(ZPair),
  }),
  nearest: z.object({ listed: z.array(ZPair) }).default({ listed: [] }),
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
});

type Measures = z.infer<typeof ZMeasures>;
type Leakage = z.infer<typeof ZLeakage>;

/** A pair of the version it was found in, which its faces are read from. */
type InVersion<Pair> = Pair & { readonly versionId: string };
type Placed<Part extends { readonly listed: readonly unknown[] }> = Omit<Part, 'listed'> & {
  readonly listed: readonly InVersion<Part['listed'][number]>[];
};

/** See the GraphQL type LeakageMeasures. */
export type LeakageMeasures = Omit<Leakage, 'toSamples' | 'toCentres'> & {
  readonly toSamples: Placed<Leakage['toSamples']>;
  readonly toCentres: Placed<Leakage['toSamples']> | null;
};

/** See the GraphQL type VersionMeasures, without what was compared with galleries. */
export type VersionMeasures = Omit<Measures, 'duplicates' | 'nearest'> & {
  readonly versionId: string;
  readonly duplicates: Placed<Measures['duplicates']>;
  readonly nearest: Placed<Measures['nearest']>;
};

/** The measures, or null for a version of which they were not taken. */
export function readMeasures(versionId: string, metrics: unknown): VersionMeasures | null {
  const { data } = ZMeasures.safeParse(metrics);
  if (data === undefined) return null;
  const { duplicates, nearest, ...rest } = data;
  return {
    ...rest,
    versionId,
    duplicates: place(versionId, duplicates),
    nearest: place(versionId, nearest),
  };
}

/** What a measurement against one gallery found; null where it is not done. */
export function readLeakage(versionId: string, metrics: unknown): LeakageMeasures | null {
  const { data } = ZLeakage.safeParse(metrics);
  if (data === undefined) return null;
  const { toSamples, toCentres } = data;
  return {
    ...data,
    toSamples: place(versionId, toSamples),
    toCentres: toCentres === null ? null : place(versionId, toCentres),
  };
}

/** What the run of a version found of the gallery of its recipe. */
export function readRunLeakage(versionId: string, metrics: unknown): readonly LeakageMeasures[] {
  const { data } = z.object({ leakage: z.array(z.unknown()) }).safeParse(metrics);
  return (data?.leakage ?? []).flatMap((each) => readLeakage(versionId, each) ?? []);
}

function place<Part extends { readonly listed: readonly object[] }>(
  versionId: string,
  part: Part,
): Placed<Part> {
  const listed = part.listed.map((pair: Part['listed'][number]) => ({ ...pair, versionId }));
  return { ...part, listed };
}
