'use client';
/** @file Fetches the manifest of a published release. */
import { useEffect, useState } from 'react';
import { readManifest, type ShownManifest } from './release-manifest.ts';

/** The manifest, or the sentence that came in its place. */
export type ManifestState =
  | { readonly is: 'loading' }
  | { readonly is: 'read'; readonly manifest: ShownManifest }
  | { readonly is: 'refused'; readonly reason: string };

const UNREACHABLE = 'Colloid’s server could not be reached. Try again in a moment.';

/** Reads it once the address is known, and again when `attempt` changes. */
export function useManifest(url: string, attempt: number): ManifestState {
  const [state, setState] = useState<ManifestState>({ is: 'loading' });
  useEffect(() => {
    const leaving = new AbortController();
    fetchManifest(url, leaving.signal)
      .then((read) => {
        if (!leaving.signal.aborted) setState(read);
      })
      .catch(() => {
        if (!leaving.signal.aborted) setState({ is: 'refused', reason: UNREACHABLE });
      });
    return () => leaving.abort();
  }, [url, attempt]);
  return state;
}

async function fetchManifest(url: string, signal: AbortSignal): Promise<ManifestState> {
  const response = await fetch(url, { signal, credentials: 'same-origin' });
  if (response.ok) return { is: 'read', manifest: readManifest(await response.json(), url) };
  const said: unknown = await response.json().catch(() => null);
  const message =
    typeof said === 'object' && said !== null && 'message' in said ? said.message : null;
  return { is: 'refused', reason: typeof message === 'string' ? message : UNREACHABLE };
}
