/** @file What people can be told of, and what each kind of change is about. */

/** What somebody can mute, and what a webhook can be narrowed to; with the words of the pages. */
export const TOPIC_WORDS = {
  RUNS: 'Runs that end',
  RELEASES: 'Releases and their reviews',
  DATASETS: 'Datasets, versions and budgets',
  MODELS: 'Models, galleries and covariates',
  MEMBERS: 'Members and roles',
  WEBHOOKS: 'Webhooks that fail',
} as const satisfies Record<string, string>;

/** A topic. */
export type Topic = keyof typeof TOPIC_WORDS;

/** All of them, in the order in which pages list them. */
export const TOPICS = Object.keys(TOPIC_WORDS) as readonly Topic[];

/** Whether `text` is a topic. */
export function isTopic(text: string): text is Topic {
  return Object.hasOwn(TOPIC_WORDS, text);
}

const TOPIC_OF_KIND: Readonly<Record<string, Topic>> = {
  run: 'RUNS',
  release: 'RELEASES',
  model: 'MODELS',
  gallery: 'MODELS',
  covariates: 'MODELS',
  recipe: 'MODELS',
  team: 'MEMBERS',
  member: 'MEMBERS',
  person: 'MEMBERS',
  invitation: 'MEMBERS',
  webhook: 'WEBHOOKS',
};

/** What a change is about: by the first word of its action; what has no row concerns datasets. */
export function topicOf(action: string): Topic {
  return TOPIC_OF_KIND[action.split('.', 1)[0] ?? ''] ?? 'DATASETS';
}
