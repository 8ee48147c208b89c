'use client';
/** @file The release that a page is about, for all its parts. */
import { createContext, type ReactNode, useContext } from 'react';
import type { ReleaseActionName, ReleaseLiveFragment } from './types.ts';

/** The release with the addresses it belongs to. */
export interface ReleaseScopeValue {
  readonly team: string;
  readonly dataset: string;
  readonly release: ReleaseLiveFragment;
}

const Scope = createContext<ReleaseScopeValue | null>(null);

/** Puts a release above `children`. */
export function ReleaseScope({
  value,
  children,
}: {
  readonly value: ReleaseScopeValue;
  readonly children: ReactNode;
}) {
  return <Scope value={value}>{children}</Scope>;
}

/** The release of this page. */
export function useRelease(): ReleaseScopeValue {
  const value = useContext(Scope);
  if (value === null) throw new Error('useRelease: there is no ReleaseScope above.');
  return value;
}

/** Whether the person may do this now. */
export function isAllowed(
  release: Pick<ReleaseLiveFragment, 'viewerCan'>,
  action: ReleaseActionName,
): boolean {
  return release.viewerCan.includes(action);
}
