/** @file What the checks of a release found, read from their JSON for the page. Pure; unknown or missing parts are left out. */
import type { SampleQueryInput } from '@/generated/graphql.ts';
import { figure, list, record, text } from '@/lib/json.ts';

/** An identity, by its number in the run that made it. */
export interface Owner {
  readonly run: number;
  readonly identity: number;
}

/** A face: that of a sample of an identity; sample 0 is the reference. */
export interface Place extends Owner {
  readonly sample: number;
}

/** A face with what it is shown for: another face, or nothing, and the angle to it in radians. */
export interface Finding {
  readonly face: Place;
  readonly other: Place | null;
  readonly theta: number | null;
}

/** Of so many, so many are used. */
export interface Amount {
  readonly label: string;
  readonly used: number;
  readonly limit: number;
}

/** Two figures on one scale: what was found and what it is held against, both in radians. */
export interface AngleAgainst {
  readonly label: string;
  readonly found: number;
  readonly limit: number;
}

/** BUDGET_AND_ICT. */
export function readBudget(json: unknown): {
  readonly amounts: readonly Amount[];
  readonly angles: readonly AngleAgainst[];
  readonly closest: readonly Finding[];
} {
  const root = record(json);
  const separation = figure(root['separation']);
  const sets = list(root['recognisers']).map(record);
  return {
    amounts: list(root['budgets']).map(record).flatMap(budgetAmounts),
    angles: sets.flatMap((set) => {
      const found = figure(set['smallest']);
      if (found === null || separation === null) return [];
      return [
        { label: `Smallest θ, by ${text(set['recogniser']) ?? ''}`, found, limit: separation },
      ];
    }),
    closest: sets.flatMap((set) =>
      onceEach(list(set['closest']).flatMap((each) => pairOf(each, 'of', 'nearest'))),
    ),
  };
}

/** Whom BUDGET_AND_ICT would leave out for the others to be far enough apart; nobody where it named none. */
export function readLeaveOut(json: unknown): readonly Owner[] {
  return list(record(json)['recognisers']).flatMap((set) =>
    list(record(set)['leaveOut']).flatMap((each) => placeOf(each) ?? []),
  );
}

/** All samples but those of these identities. Numbers of identities are those within their run. */
export function withoutIdentities(leaving: readonly Owner[]): SampleQueryInput {
  const byRun = Map.groupBy(leaving, ({ run }) => run);
  const ofRuns = [...byRun].map(([run, owners]) => ({
    identity: { runs: [run], ordinals: owners.map(({ identity }) => identity) },
  }));
  return { where: { not: ofRuns.length === 1 ? ofRuns[0] : { or: ofRuns } } };
}

/** DUPLICATES. */
export function readDuplicates(json: unknown): {
  readonly images: number | null;
  readonly surplus: number;
  readonly groups: readonly (readonly Place[])[];
  readonly pairs: readonly Finding[];
  readonly recognisers: readonly {
    readonly name: string;
    readonly identities: number;
    readonly count: number;
  }[];
  readonly threshold: number | null;
} {
  const root = record(json);
  const bytes = record(root['sameBytes']);
  const faces = record(root['sameFaces']);
  const sets = list(faces['recognisers']).map(record);
  return {
    images: figure(root['images']),
    surplus: figure(bytes['surplus']) ?? 0,
    groups: list(bytes['groups']).map((group) => list(group).flatMap(placeOfText)),
    pairs: sets.flatMap((set) => list(set['pairs']).flatMap((each) => pairOf(each, 'a', 'b'))),
    recognisers: sets.map((set) => ({
      name: text(set['recogniser']) ?? '',
      identities: figure(set['identities']) ?? 0,
      count: figure(set['count']) ?? 0,
    })),
    threshold: figure(faces['threshold']),
  };
}

/** One gallery of LEAKAGE. */
export interface GalleryFinding {
  readonly gallery: string;
  readonly problem: string | null;
  /** Null where the two could not be compared. */
  readonly found: {
    readonly samples: number;
    readonly rows: number;
    /** Pairs nearer than the threshold, what chance would give, and the most that passes. */
    readonly under: number;
    readonly expected: number;
    readonly most: number;
    /** Radians. */
    readonly smallest: number | null;
    readonly threshold: number | null;
    readonly closest: readonly Finding[];
  } | null;
}

/** LEAKAGE. */
export function readLeakage(json: unknown): readonly GalleryFinding[] {
  return list(record(json)['galleries']).map((each) => {
    const row = record(each);
    const found = record(row['found']);
    const under = figure(found['under']);
    return {
      gallery: text(row['gallery']) ?? '',
      problem: text(row['problem']),
      found:
        under === null
          ? null
          : {
              samples: figure(found['samples']) ?? 0,
              rows: figure(found['rows']) ?? 0,
              under,
              expected: figure(found['expected']) ?? 0,
              most: figure(found['most']) ?? 0,
              smallest: figure(found['smallest']),
              threshold: figure(found['threshold']),
              closest: list(found['closest']).flatMap((match) => pairOf(match, 'of', '')),
            },
    };
  });
}

/** SHARD_INTEGRITY. */
export function readIntegrity(json: unknown): {
  readonly objects: number | null;
  readonly bytes: number | null;
  readonly images: number | null;
  readonly tars: number | null;
  readonly zipBytes: number | null;
  readonly problems: readonly string[];
} {
  const root = record(json);
  return {
    objects: figure(root['objects']),
    bytes: figure(root['bytes']),
    images: figure(root['images']),
    tars: figure(root['tars']),
    zipBytes: figure(record(root['zip'])['sizeBytes']),
    problems: texts(root['problems']),
  };
}

/** SYNTHETIC_MARK. */
export function readMark(json: unknown): {
  readonly images: number;
  readonly without: number;
  readonly unmarked: readonly Place[];
} {
  const root = record(json);
  return {
    images: figure(root['images']) ?? 0,
    without: figure(root['without']) ?? 0,
    unmarked: list(root['unmarked']).flatMap(placeOfText),
  };
}

/** LICENCES. */
export function readLicences(json: unknown): {
  readonly findings: readonly {
    readonly what: string;
    readonly licence: string | null;
    readonly problem: string | null;
  }[];
  readonly attribution: readonly string[];
} {
  const root = record(json);
  return {
    findings: list(root['findings'])
      .map(record)
      .map((row) => ({
        what: text(row['what']) ?? '',
        licence: text(row['licence']),
        problem: text(row['problem']),
      })),
    attribution: texts(root['attribution']),
  };
}

/** DATASHEET. */
export function readDatasheet(json: unknown): {
  readonly questions: number;
  readonly unanswered: readonly string[];
} {
  const root = record(json);
  return { questions: figure(root['questions']) ?? 0, unanswered: texts(root['unanswered']) };
}

function budgetAmounts(budget: Readonly<Record<string, unknown>>): Amount[] {
  const whose = budget['of'] === 'team' ? 'Team' : 'Dataset';
  const kinds = [
    ['identities', 'usedIdentities', 'maxIdentities'],
    ['images', 'usedSamples', 'maxSamples'],
  ] as const;
  return kinds.flatMap(([word, usedKey, limitKey]) => {
    const [used, limit] = [figure(budget[usedKey]), figure(budget[limitKey])];
    return used === null || limit === null ? [] : [{ label: `${whose}, ${word}`, used, limit }];
  });
}

function pairOf(json: unknown, first: string, second: string): Finding[] {
  const row = record(json);
  const face = placeOf(row[first]);
  if (face === null) return [];
  return [{ face, other: placeOf(row[second]), theta: figure(row['theta']) }];
}

/** Two faces that are each other's nearest are one pair. */
function onceEach(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ face, other }) => {
    const key = [face, other]
      .map((place) => `${String(place?.run)} ${String(place?.identity)}`)
      .toSorted()
      .join(' ');
    return !seen.has(key) && seen.add(key);
  });
}

function placeOf(json: unknown): Place | null {
  const row = record(json);
  const [run, identity] = [figure(row['run']), figure(row['identity'])];
  if (run === null || identity === null) return null;
  return { run, identity, sample: figure(row['sample']) ?? 0 };
}

/** "run 1, identity 3, sample 2", as evidence names a sample. */
function placeOfText(json: unknown): Place[] {
  const parts = /^run (\d+), identity (\d+), sample (\d+)$/.exec(text(json) ?? '');
  if (parts === null) return [];
  const [run = 0, identity = 0, sample = 0] = parts.slice(1).map(Number);
  return [{ run, identity, sample }];
}

function texts(json: unknown): string[] {
  return list(json).flatMap((each) => text(each) ?? []);
}
