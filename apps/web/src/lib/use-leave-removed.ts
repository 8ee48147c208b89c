'use client';
/** @file Leaving the page of what was removed. */
import type { StoreObject } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';

/**
 * Gives what leaves the page of an entity that was removed. The entity is forgotten once the page has gone, so that a successor under
 * its address is not taken for it; while the page is there, it would ask for the entity again and say that there is none.
 */
export function useLeaveRemoved(): (entity: StoreObject, href: string) => void {
  const { cache } = useApolloClient();
  const router = useRouter();
  const removed = useRef<StoreObject | null>(null);
  useEffect(
    () => () => {
      if (removed.current === null) return;
      cache.evict({ id: cache.identify(removed.current) ?? '' });
      cache.gc();
    },
    [cache],
  );
  return (entity, href) => {
    removed.current = entity;
    router.push(href);
  };
}
