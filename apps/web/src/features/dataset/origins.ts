/** @file How a version came to be, in words and as an icon. */
import { IconGitMerge, IconPlayerPlay, IconScissors, IconUpload } from '@tabler/icons-react';
import type { VersionOrigin } from '@/generated/graphql.ts';

/** By origin. */
export const ORIGINS: Record<
  VersionOrigin,
  { readonly word: string; readonly Icon: typeof IconPlayerPlay }
> = {
  RUN: { word: 'Made by a run', Icon: IconPlayerPlay },
  SUBSET: { word: 'Subset of another version', Icon: IconScissors },
  MERGE: { word: 'Merged from several versions', Icon: IconGitMerge },
  IMPORT: { word: 'Imported', Icon: IconUpload },
};
