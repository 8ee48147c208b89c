/** @file The client of the pages over a network whose answers come when the test wants them. */
import { ApolloLink, gql } from '@apollo/client';
import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { createClient } from './apollo.ts';

const COUNT = gql`
  query Count {
    count
  }
`;
const NEWS = gql`
  subscription News {
    news
  }
`;
const ADD = gql`
  mutation Add {
    add
  }
`;

const FIELDS: Readonly<Record<string, string>> = { Add: 'add', News: 'news' };

/** `shown` is what a page that shows the count has shown so far; `sent` are its requests, which are answered by hand. */
function open() {
  const sent: { readonly name: string; answer(value: number): void }[] = [];
  const client = createClient(
    new ApolloLink((operation) => {
      const answers = new Subject<ApolloLink.Result>();
      const name = operation.operationName ?? '';
      sent.push({
        name,
        answer: (value) => {
          answers.next({ data: { [FIELDS[name] ?? 'count']: value } });
          if (name !== 'News') answers.complete();
        },
      });
      return answers;
    }),
  );
  const shown: number[] = [];
  const page = client.watchQuery<{ count: number }>({ query: COUNT });
  page.subscribe(({ data, dataState }) => {
    if (dataState === 'complete' && shown.at(-1) !== data.count) shown.push(data.count);
  });
  return { client, page, sent, shown };
}

test('who asks again because of news is not given the answer of a request that began before', async () => {
  const { client, page, sent, shown } = open();
  client.subscribe({ query: NEWS }).subscribe(() => {});
  const joined = page.refetch();
  expect(sent.map(({ name }) => name)).toEqual(['Count', 'News']);
  sent[1]?.answer(0);
  const again = page.refetch();
  expect(sent.map(({ name }) => name)).toEqual(['Count', 'News', 'Count']);
  sent[0]?.answer(1);
  expect((await joined).data).toEqual({ count: 1 });
  sent[2]?.answer(2);
  expect((await again).data).toEqual({ count: 2 });
  expect(shown).toEqual([1, 2]);
});

test('an older answer that comes last does not replace the newer one', async () => {
  const { client, page, sent, shown } = open();
  client.subscribe({ query: NEWS }).subscribe(() => {});
  sent[1]?.answer(0);
  const again = page.refetch();
  sent[2]?.answer(2);
  await again;
  sent[0]?.answer(1);
  expect(shown).toEqual([2]);
  expect(page.getCurrentResult().data).toEqual({ count: 2 });
});

test('what was asked before a mutation was answered is asked once more', async () => {
  const { client, sent, shown } = open();
  const added = client.mutate({ mutation: ADD });
  sent[1]?.answer(2);
  await added;
  sent[0]?.answer(1);
  expect(shown).toEqual([]);
  expect(sent.map(({ name }) => name)).toEqual(['Count', 'Add', 'Count']);
  sent[2]?.answer(2);
  expect(shown).toEqual([2]);
});
