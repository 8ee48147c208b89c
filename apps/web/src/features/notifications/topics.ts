/** @file The topics of notifications and webhooks, in the words of the pages. */
import type { NotificationTopic } from '@/generated/graphql.ts';

/** In the order in which they are offered. */
export const TOPICS = [
  { topic: 'RUNS', word: 'Runs that end' },
  { topic: 'RELEASES', word: 'Releases and their reviews' },
  { topic: 'DATASETS', word: 'Datasets, versions and budgets' },
  { topic: 'MODELS', word: 'Models, galleries and covariates' },
  { topic: 'MEMBERS', word: 'Members and roles' },
  { topic: 'WEBHOOKS', word: 'Webhooks that fail' },
] as const satisfies readonly { readonly topic: NotificationTopic; readonly word: string }[];
