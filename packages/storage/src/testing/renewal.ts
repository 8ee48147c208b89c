/** @file Content that is stored again while it is being removed, with every order of the two forced. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { contentKey, getContent, putContent, sha256 } from '../content.ts';
import type { ObjectStore } from '../object-store.ts';
import { forgetRemovals, removeStale, renew } from '../renewal.ts';

const DAY_MS = 24 * 3600 * 1000;
const bytes = new TextEncoder().encode('what somebody counts on');
const digest = sha256(bytes);
const key = contentKey(digest);
const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY_MS);

/** The store with some of its methods replaced. */
function withHooks(store: ObjectStore, hooks: Partial<ObjectStore>): ObjectStore {
  return {
    kind: store.kind,
    put: (...args) => store.put(...args),
    get: (name) => store.get(name),
    getRange: (...args) => store.getRange(...args),
    stream: (...args) => store.stream(...args),
    stat: (name) => store.stat(name),
    delete: (name) => store.delete(name),
    list: (prefix) => store.list(prefix),
    presign: (...args) => store.presign(...args),
    probe: () => store.probe(),
    close: () => store.close(),
    ...hooks,
  };
}

/** The store a month later, when what lay there is old, and only what is put from then on is young. */
function monthLater(store: ObjectStore): ObjectStore {
  const young = new Set<string>();
  return withHooks(store, {
    put: async (name, ...rest) => {
      const info = await store.put(name, ...rest);
      young.add(name);
      return info;
    },
    stat: async (name) => {
      const found = await store.stat(name);
      return found === null || young.has(name) ? found : { ...found, modifiedAt: daysAgo(30) };
    },
  });
}

/** The suite; `open` gives a store that is empty at the beginning of each test. */
export function describeRenewal(open: () => ObjectStore): void {
  let store: ObjectStore;

  beforeEach(async () => {
    const empty = open();
    await empty.put(key, bytes);
    store = monthLater(empty);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const remove = (cleaner: ObjectStore, keys = [key]): Promise<readonly string[]> =>
    removeStale(cleaner, keys, { before: daysAgo(7), signal: new AbortController().signal });
  const notices = async (): Promise<string[]> => {
    const names: string[] = [];
    for await (const found of store.list('removals/')) names.push(found.key);
    return names;
  };
  const expectThere = async (): Promise<void> => {
    expect(Buffer.compare(await getContent(store, digest), bytes)).toBe(0);
    expect(await notices()).toEqual([]);
  };

  /** A clean-up and somebody who stores the content between its look at the object and its removal. */
  const race = async (options: {
    /** When the clean-up goes on: once the storing side has written, has looked at the object, or waits; at the latest when it is done. */
    readonly after: 'put' | 'look' | 'wait';
    /** What of the storing side waits until the clean-up has ended. */
    readonly late?: 'list';
    /** Somebody else has stored it a moment before, and does not come to look again. */
    readonly isYoung?: boolean;
  }): Promise<void> => {
    let polls = 0;
    const passed = Promise.withResolvers<unknown>();
    const ended = Promise.withResolvers<unknown>();
    const writer = withHooks(store, {
      put: async (...args) => {
        const info = await store.put(...args);
        if (options.after === 'put') passed.resolve(info);
        return info;
      },
      stat: async (name) => {
        const found = await store.stat(name);
        if (options.after === 'look') passed.resolve(found);
        if (name.startsWith('removals/')) polls += 1;
        if (options.after === 'wait' && polls === 2) passed.resolve(found);
        return found;
      },
      list: async function* (prefix) {
        if (options.late === 'list') await ended.promise;
        yield* store.list(prefix);
      },
    });
    let storing: Promise<unknown> | undefined;
    const cleaner = withHooks(store, {
      delete: async (name) => {
        if (name === key) {
          if (options.isYoung === true) await store.put(key, bytes);
          storing = putContent(writer, bytes);
          await Promise.race([passed.promise, storing]);
        }
        await store.delete(name);
      },
    });
    expect(await remove(cleaner)).toEqual([key]);
    ended.resolve(null);
    expect(await storing).toMatchObject({ key });
  };

  it('is removed, and its notice with it', async () => {
    expect(await remove(store)).toEqual([key]);
    expect(await store.stat(key)).toBeNull();
    expect(await notices()).toEqual([]);
  });

  it.each(['put', 'wait'] as const)(
    'is there when it was stored between the look and the removal, which came after its %s',
    async (after) => {
      await race({ after });
      await expectThere();
    },
  );

  it('is there when whoever stored it looks only after the removal has ended', async () => {
    await race({ after: 'put', late: 'list' });
    await expectThere();
  });

  it('is there when it was found young, and whoever had written it was killed', async () => {
    await race({ after: 'look', isYoung: true });
    await expectThere();
  });

  it('stays when it is stored before the look', async () => {
    const written = Promise.withResolvers<unknown>();
    let storing: Promise<unknown> | undefined;
    const cleaner = withHooks(store, {
      stat: async (name) => {
        storing ??= putContent(
          withHooks(store, {
            put: async (...args) => {
              const info = await store.put(...args);
              written.resolve(info);
              return info;
            },
          }),
          bytes,
        );
        await written.promise;
        return store.stat(name);
      },
    });
    expect(await remove(cleaner)).toEqual([]);
    expect(await storing).toMatchObject({ key });
    await expectThere();
  });

  it('does not wait for ever for a clean-up that was killed', async () => {
    const killed = withHooks(store, {
      delete: () => Promise.reject(new Error('killed')),
    });
    await expect(remove(killed)).rejects.toThrow('killed');
    expect(await notices()).toHaveLength(1);
    const sizeBytes = bytes.byteLength;
    await renew(store, key, { sizeBytes, body: () => bytes, patienceMs: 200 });
    await expectThere();
  });

  it('has its notice taken down later where nobody stores it again', async () => {
    await store.put('removals/of-a-killed-one', bytes);
    await forgetRemovals(store, daysAgo(1));
    expect(await notices()).toEqual(['removals/of-a-killed-one']);
    await forgetRemovals(store, daysAgo(-1));
    expect(await notices()).toEqual([]);
  });

  it('is left to another day by a clean-up that stood still', async () => {
    const other = new TextEncoder().encode('another');
    vi.useFakeTimers({ toFake: ['Date'] });
    const slow = withHooks(store, {
      stat: async (name) => {
        const found = await store.stat(name);
        if (name === key) vi.setSystemTime(Date.now() + 11_000);
        return found;
      },
    });
    const { key: second } = await putContent(store, other);
    const cleaner = withHooks(slow, {
      stat: async (name) => {
        const found = await slow.stat(name);
        return found === null ? null : { ...found, modifiedAt: daysAgo(30) };
      },
    });
    expect(await remove(cleaner, [key, second])).toEqual([second]);
    await expectThere();
  });
}
