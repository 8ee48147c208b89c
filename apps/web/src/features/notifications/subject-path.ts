/** @file Where a notification leads. */
import type { NotificationRowFragment } from '@/generated/graphql.ts';
import {
  covariateSetPath,
  galleriesPath,
  modelPath,
  publishedReleasePath,
  releasePath,
  runPath,
  settingsPath,
  teamPath,
  versionPath,
} from '@/lib/routes.ts';

/** The page of what it is about, else of its team; null where neither can be seen any more. */
export function subjectPath({
  subject,
  team,
}: Pick<NotificationRowFragment, 'subject' | 'team'>): string | null {
  switch (subject?.__typename) {
    case 'Run':
      return runPath(subject.dataset.team.slug, subject.dataset.slug, subject.number);
    case 'DatasetVersion':
      return versionPath(subject.dataset.team.slug, subject.dataset.slug, subject.number);
    case 'Release':
      // Who has only downloaded it sees no dataset.
      return subject.ofDataset === null
        ? publishedReleasePath(subject.id)
        : releasePath(subject.ofDataset.team.slug, subject.ofDataset.slug, subject.number);
    case 'ModelVersion':
      return team === null ? null : modelPath(team.slug, subject);
    case 'CovariateSet':
      return team === null ? null : covariateSetPath(team.slug, subject);
    case 'Gallery':
      return team === null ? null : galleriesPath(team.slug);
    case undefined:
      return team === null ? null : settingsPath(team.slug);
    default:
      return team === null ? null : teamPath(team.slug);
  }
}
