/** @file How an identity is named in addresses and captions: by its number in its run, and by that run. Pure. */

/** Names one identity of a dataset. */
export interface IdentityPlace {
  /** Number of its run in the dataset, from 1. */
  readonly runNumber: number;
  /** Number in that run, from 0. */
  readonly ordinal: number;
}

const PLACE = /^(?:r(\d{1,10})-)?(\d{1,10})$/;
const LARGEST_INT32 = 2_147_483_647;

/** `r3-42`: identity 42 of run 3, as folders of published files are named. */
export function writePlace({ runNumber, ordinal }: IdentityPlace): string {
  return `r${String(runNumber)}-${String(ordinal)}`;
}

/** Reads `r3-42`, or the number alone, which says nothing of the run; null for anything else. */
export function readPlace(
  text: string,
): { readonly runNumber: number | null; readonly ordinal: number } | null {
  const match = PLACE.exec(text);
  if (match === null) return null;
  const [run, ordinal] = [match[1] === undefined ? null : Number(match[1]), Number(match[2])];
  if (ordinal > LARGEST_INT32 || (run ?? 0) > LARGEST_INT32) return null;
  return { runNumber: run, ordinal };
}

/** What stands below a face: the number, with the run where the version holds several. */
export function shortName(identity: IdentityPlace, hasSeveralRuns: boolean): string {
  return hasSeveralRuns ? writePlace(identity) : String(identity.ordinal);
}

/** The name, with the run where the version holds several. */
export function longName(
  identity: IdentityPlace & { readonly name: string },
  hasSeveralRuns: boolean,
): string {
  return hasSeveralRuns ? `${identity.name} of run ${String(identity.runNumber)}` : identity.name;
}
