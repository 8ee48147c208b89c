/** @file Lists in pages: the types, the arguments, and the lazy value behind both. */
import type { Page, PageRequest } from '@colloid/catalog';

import type { FieldPrice } from '../../limits/limits.ts';
import { intArg, objectType, stringArg } from '../nexus.ts';

/** Items of a page that asks for no number. */
export const DEFAULT_PAGE_SIZE = 50;

/** A list of which nothing has been read yet: the page and the count cost only when their fields are selected. */
export interface Connection<T> {
  page(): Promise<Page<T>>;
  count(): Promise<number>;
}

/** One item with its place in the list. */
export interface Edge<T> {
  readonly cursor: string;
  readonly node: T;
}

/** A connection that reads its page at most once. */
export function connectionOf<T>(
  request: PageRequest,
  read: { page(request: PageRequest): Promise<Page<T>>; count(): Promise<number> },
): Connection<T> {
  const sized =
    request.first == null && request.last == null
      ? { ...request, first: DEFAULT_PAGE_SIZE }
      : request;
  let page: Promise<Page<T>> | undefined;
  return {
    page: () => (page ??= read.page(sized)),
    count: () => read.count(),
  };
}

/** Arguments of every connection field. */
export const pageArguments = {
  first: intArg({
    description: `Read this many items from the start of the list, or after \`after\`: 0 to 500, ${DEFAULT_PAGE_SIZE} where neither \`first\` nor \`last\` is given.`,
  }),
  after: stringArg({ description: 'Begin behind the item with this cursor.' }),
  last: intArg({
    description: 'Read this many items from the end of the list, or before `before`: 0 to 500.',
  }),
  before: stringArg({ description: 'Stop in front of the item with this cursor.' }),
};

/** What a page of a connection costs. */
export const pagePrice: { readonly price: FieldPrice } = {
  price: { sizeArguments: ['first', 'last'], assumedSize: DEFAULT_PAGE_SIZE },
};

export const PageInfo = objectType({
  name: 'PageInfo',
  description: 'Where a page lies in its list.',
  definition(t) {
    t.boolean('hasNextPage', { description: 'Whether the list goes on after this page.' });
    t.boolean('hasPreviousPage', { description: 'Whether the list has items before this page.' });
    t.nullable.string('startCursor', {
      description: 'Cursor of the first item of the page, for `before`; null where it is empty.',
    });
    t.nullable.string('endCursor', {
      description: 'Cursor of the last item of the page, for `after`; null where it is empty.',
    });
  },
});

const LISTED = {
  Dataset: 'datasets',
  DatasetVersion: 'versions',
  Run: 'runs',
  Recipe: 'recipes',
  Gallery: 'galleries',
  CovariateSet: 'covariate sets',
  Identity: 'identities',
  Sample: 'samples',
  ActivityEvent: 'events',
  AuditEvent: 'events',
  Notification: 'notifications',
  WebhookDelivery: 'deliveries',
  Release: 'releases',
  ReleaseDownload: 'downloads',
} as const;

type Listed = keyof typeof LISTED;

/** The connection and edge types of everything that is listed in pages. */
export const connectionTypes = Object.entries(LISTED).flatMap(([node, plural]) => [
  objectType({
    name: `${node}Connection`,
    description: `A page of ${plural}.`,
    definition(t) {
      t.list.field('edges', {
        type: `${node as Listed}Edge`,
        description: 'The items of the page, each with its cursor.',
        resolve: async (connection: Connection<unknown>) => (await connection.page()).edges,
      });
      t.field('pageInfo', {
        type: 'PageInfo',
        description: 'Where the page lies in the list.',
        resolve: (connection: Connection<unknown>) => connection.page(),
      });
      t.int('totalCount', {
        description: `Number of ${plural} in the whole list; counted only when this is asked for.`,
        resolve: (connection: Connection<unknown>) => connection.count(),
      });
    },
  }),
  objectType({
    name: `${node}Edge`,
    description: `One of the ${plural} of a page.`,
    definition(t) {
      t.string('cursor', { description: 'Place of the item in the list.' });
      t.field('node', { type: node as Listed, description: 'The item.' });
    },
  }),
]);
