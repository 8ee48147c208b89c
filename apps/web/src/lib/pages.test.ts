/** @file Lists of the pages' own client, read page by page over a network that the test answers. */
import { ApolloLink, gql } from '@apollo/client';
import { of } from 'rxjs';
import { expect, test } from 'vitest';
import { createClient } from './apollo.ts';

const PAGE = 3;
const LIST = gql`
  query List($after: String) {
    notifications(first: 3, after: $after, isUnread: false) {
      totalCount
      edges {
        node {
          id
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`;
interface Listed {
  readonly notifications: {
    readonly edges: readonly { readonly node: { readonly id: string } }[];
    readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  };
}

/** A client of a server that has these entries in this order. */
function open(entries: string[]) {
  const client = createClient(
    new ApolloLink(({ variables }) => {
      const from = variables['after'] == null ? 0 : entries.indexOf(String(variables['after'])) + 1;
      const ids = entries.slice(from, from + PAGE);
      const edges = ids.map((id) => ({
        __typename: 'NotificationEdge',
        node: { __typename: 'Notification', id },
      }));
      const pageInfo = {
        __typename: 'PageInfo',
        endCursor: ids.at(-1) ?? null,
        hasNextPage: from + PAGE < entries.length,
      };
      const __typename = 'NotificationConnection';
      return of({
        data: { notifications: { __typename, totalCount: entries.length, edges, pageInfo } },
      });
    }),
  );
  const page = client.watchQuery<Listed>({ query: LIST });
  page.subscribe(() => {});
  const list = () => {
    const data = client.readQuery<Listed>({ query: LIST });
    if (data === null) throw new Error('The list is not there.');
    return data.notifications;
  };
  return {
    page,
    more: () => page.fetchMore({ variables: { after: list().pageInfo.endCursor } }),
    shown: () =>
      list()
        .edges.map(({ node }) => node.id)
        .join(''),
    list,
  };
}

test('reading the first page again keeps those that were read behind it, with what is new before them', async () => {
  const entries = 'a b c d e f g h i j'.split(' ');
  const { page, more, shown, list } = open(entries);
  await more();
  await more();
  expect(shown()).toBe('abcdefghi');
  await page.refetch();
  expect(shown()).toBe('abcdefghi');
  expect(list().pageInfo).toMatchObject({ endCursor: 'i', hasNextPage: true });
  entries.unshift('z');
  await page.refetch();
  expect(shown()).toBe('zabcdefghi');
  await more();
  expect(shown()).toBe('zabcdefghij');
});

test('a page on its way while the first is read again leaves no gap', async () => {
  const entries = 'a b c d e f'.split(' ');
  const { page, more, shown } = open(entries);
  const next = more();
  entries.unshift('z');
  await Promise.all([page.refetch(), next]);
  expect(shown()).toBe('zabcdef');
});

test('nothing stays of a list that has become another or has ended', async () => {
  const entries = 'a b c d e f g h'.split(' ');
  const { page, more, shown } = open(entries);
  await more();
  entries.splice(0, entries.length, 'a', 'b');
  await page.refetch();
  expect(shown()).toBe('ab');
  entries.splice(0, entries.length, ...'t u v w x y z'.split(' '));
  await page.refetch();
  expect(shown()).toBe('tuv');
});

test('an entry that has come forward is shown once', async () => {
  const entries = 'a b c d e f g h'.split(' ');
  const { page, more, shown } = open(entries);
  await more();
  entries.splice(4, 1);
  entries.unshift('e');
  await page.refetch();
  expect(shown()).toBe('eabcdf');
});
