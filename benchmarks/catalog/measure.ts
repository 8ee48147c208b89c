/** @file Sends the queries of the subset page to a gateway and takes the time of each. */

import pg from 'pg';

import type { TestClient } from '../../apps/gateway/src/testing/start.ts';

const VERSION = 'team(slug: "bench-lab") { dataset(slug: "faces") { version(number: 1)';

const PAGE = `query ($version: Int = 1, $where: SampleWhere, $orderBy: SampleOrder, $first: Int!, $after: String) {
  team(slug: "bench-lab") { dataset(slug: "faces") { version(number: $version) {
  samples(where: $where, orderBy: $orderBy, first: $first, after: $after) { pageInfo { endCursor hasNextPage }
  edges { node { id ordinal distanceToReference imageUrl(width: 160) identity { id name } } } } } } } }`;
const COUNT = `query ($where: SampleWhere) { ${VERSION} { samples(where: $where) { totalCount } } } } }`;
const FACETS = `query ($query: SampleQueryInput!) { ${VERSION} { selection(query: $query) { facets {
  sampleCount identityCount distanceToReference { counts } } } } } } }`;

const VERSION_ID = `{ ${VERSION} { id } } } }`;
const MATERIALISE = `mutation ($input: MaterialiseSubsetInput!) { materialiseSubset(input: $input) {
  version { number sampleCount } userErrors { message } } }`;

/** Three conditions on the sample, and three of which one is on its identity, from common to rare. */
const FILTERS = {
  common: {
    kind: 'VARIATION',
    distanceToReference: { min: 0.5, max: 0.8 },
    quality: { min: 0.6 },
  },
  covariate: {
    kind: 'VARIATION',
    covariates: [{ name: 'pose', range: { min: 0.5 } }],
    quality: { min: 0.7 },
  },
  identity: {
    kind: 'VARIATION',
    distanceToReference: { max: 0.6 },
    identity: { nearestDistance: { min: 1.2 } },
  },
  rare: {
    kind: 'VARIATION',
    distanceToReference: { min: 1.1 },
    quality: { min: 0.95 },
  },
} as const;

interface PageAnswer {
  readonly team: {
    readonly dataset: {
      readonly version: {
        readonly samples: {
          readonly edges: readonly unknown[];
          readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
        };
      };
    };
  };
}

/** What took how long, in milliseconds. */
export async function measureCatalog(options: {
  readonly client: TestClient;
  readonly pages: number;
  readonly sampleCount: number;
}): Promise<Record<string, unknown>> {
  const { client, pages, sampleCount } = options;
  // The first requests load the query compiler and PostgreSQL's caches, which a server does once.
  for (const where of Object.values(FILTERS)) await client.data(PAGE, { where, first: 100 });
  const page: Record<string, unknown> = {};
  for (const orderBy of ['ORDINAL', 'DISTANCE_TO_REFERENCE', 'QUALITY'] as const) {
    for (const [name, where] of Object.entries(FILTERS)) {
      page[`${name} ${orderBy}`] = await pageTimes(client, pages, { where, orderBy });
    }
  }
  page['common RANDOM'] = await pageTimes(client, 5, { where: FILTERS.common, orderBy: 'RANDOM' });
  const count: Record<string, unknown> = {};
  for (const [name, where] of Object.entries(FILTERS)) {
    // A count of a version is remembered; a bound that differs by a hair has to be counted.
    let hair = 0;
    const another = () => {
      hair += 1e-9;
      return { ...where, quality: { min: ('quality' in where ? where.quality.min : 0) + hair } };
    };
    count[name] = {
      first: await times(10, () => client.data(COUNT, { where: another() })),
      again: await times(10, () => client.data(COUNT, { where })),
    };
  }
  const facets = await times(3, () => client.data(FACETS, { query: { where: FILTERS.common } }));
  const countDatabase = await statementsOf(() =>
    client.data(COUNT, { where: { ...FILTERS.common, imageBytes: { min: 1 } } }),
  );
  const first = { where: FILTERS.common, orderBy: 'ORDINAL' };
  const statements = {
    rows1: await statementsOf(() => client.data(PAGE, { ...first, first: 1 })),
    rows100: await statementsOf(() => client.data(PAGE, { ...first, first: 100 })),
    rows500: await statementsOf(() => client.data(PAGE, { ...first, first: 500 })),
  };
  const materialise = [
    await materialiseSeconds(client, { limit: Math.floor(sampleCount / 2), seed: 1 }),
    await materialiseSeconds(client, { where: FILTERS.common }),
  ];
  return { pageMs: page, countMs: count, countDatabase, facetsMs: facets, statements, materialise };
}

interface Made {
  readonly materialiseSubset: {
    readonly version: { readonly number: number; readonly sampleCount: number } | null;
  };
}

/** Makes a version of what the query selects. */
async function materialiseSeconds(client: TestClient, query: object) {
  const data = await client.data<{
    readonly team: { readonly dataset: { readonly version: { readonly id: string } } };
  }>(VERSION_ID);
  const input = { versionId: data.team.dataset.version.id, query };
  const start = performance.now();
  const made = await client.data<Made>(MATERIALISE, { input });
  const seconds = (performance.now() - start) / 1000;
  const { version } = made.materialiseSubset;
  if (version === null) throw new Error(`Nothing was made: ${JSON.stringify(made)}`);
  const where = FILTERS.common;
  const pageMs = await pageTimes(client, 30, { version: version.number, where });
  return { samples: version.sampleCount, seconds, pageMs };
}

/** Walks through the list, a page of 100 after the other, and begins again at its end. */
async function pageTimes(
  client: TestClient,
  pages: number,
  variables: Readonly<Record<string, unknown>>,
): Promise<Figures> {
  let after: string | null = null;
  return times(pages, async () => {
    const data: PageAnswer = await client.data(PAGE, { ...variables, first: 100, after });
    const { pageInfo } = data.team.dataset.version.samples;
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  });
}

interface Figures {
  readonly p50: number;
  readonly p95: number;
}

async function times(count: number, work: () => Promise<unknown>): Promise<Figures> {
  const milliseconds: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const start = performance.now();
    await work();
    milliseconds.push(performance.now() - start);
  }
  milliseconds.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round((milliseconds[Math.ceil(share * count) - 1] ?? 0) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95) };
}

interface Statements {
  readonly count: number;
  /** The longest of them, from its sending to its answer. */
  readonly longestMs: number;
  readonly totalMs: number;
}

/** SELECT statements on the catalog's tables while `work` runs. */
async function statementsOf(work: () => Promise<unknown>): Promise<Statements> {
  const { prototype } = pg.Client;
  const original: unknown = Reflect.get(prototype, 'query');
  if (typeof original !== 'function') throw new Error('pg.Client has no method query');
  const took: number[] = [];
  const counting = function query(this: pg.Client, ...args: unknown[]): unknown {
    const [first] = args;
    const text = typeof first === 'string' ? first : String(Object(first).text);
    if (!/^\s*SELECT/i.test(text) || text.includes('pgboss')) {
      return Reflect.apply(original, this, args);
    }
    const start = performance.now();
    const place = took.push(0) - 1;
    const callback = args.findIndex((argument) => typeof argument === 'function');
    const done = args[callback];
    if (typeof done === 'function') {
      args[callback] = (...answer: unknown[]): unknown => {
        took[place] = performance.now() - start;
        return Reflect.apply(done, undefined, answer);
      };
    }
    return Reflect.apply(original, this, args);
  };
  Reflect.set(prototype, 'query', counting);
  try {
    await work();
  } finally {
    Reflect.set(prototype, 'query', original);
  }
  const totalMs = Math.round(took.reduce((sum, each) => sum + each, 0));
  return { count: took.length, longestMs: Math.round(Math.max(...took)), totalMs };
}
