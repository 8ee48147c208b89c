/** @file How the cache keeps lists that are read page by page. */
import type { Reference } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

type Policy = ReturnType<typeof relayStylePagination>;
type Merge = Extract<Policy['merge'], (...args: never) => unknown>;
type List = NonNullable<ReturnType<Merge>>;
type Options = Parameters<Merge>[2];

/**
 * As Relay's pages, but a first page that is read again leaves what was read behind it: a poll, or something new at the head of the list,
 * would otherwise fold the list up, and a page on its way then would leave a gap between the two.
 *
 * @param keyArgs arguments of which each value is a list of its own
 */
export function pages(keyArgs: readonly string[]): Policy {
  const policy = relayStylePagination([...keyArgs]);
  const merge = policy.merge as Merge;
  return {
    ...policy,
    merge: (existing, incoming, options) => {
      const merged = merge(existing, incoming, options);
      const isFirst = options.args?.['after'] == null && options.args?.['before'] == null;
      // Without a next page there is nothing behind it any more.
      if (!isFirst || !existing || !merged || incoming?.pageInfo?.hasNextPage !== true)
        return merged;
      const fresh = merged.edges.map((edge) => nameOf(edge, options));
      const end = existing.edges.findIndex((edge) => nameOf(edge, options) === fresh.at(-1));
      const rest = existing.edges
        .slice(end + 1)
        .filter((edge) => !fresh.includes(nameOf(edge, options)));
      if (end < 0 || rest.length === 0) return merged;
      const { endCursor, hasNextPage } = existing.pageInfo;
      return {
        ...merged,
        edges: [...merged.edges, ...rest],
        pageInfo: { ...merged.pageInfo, endCursor, hasNextPage },
      };
    },
  };
}

/** What tells an entry from others: its node's place in the cache, or the number of an event, which has no place of its own. */
function nameOf(edge: List['edges'][number], { readField, isReference }: Options): string {
  const node = readField<Reference>('node', edge as Reference);
  if (isReference(node)) return node.__ref;
  return String(readField<number>('sequence', node));
}
