/** @file Every address of the application, in one place. */

/** All datasets of a team. */
export const teamPath = (team: string): string => `/t/${encodeURIComponent(team)}`;

/** The generators and recognisers of a team. */
export const modelsPath = (team: string): string => `${teamPath(team)}/models`;

/** Members, invitations and API keys of a team. */
export const settingsPath = (team: string): string => `${teamPath(team)}/settings`;

/** What happened in a team. */
export const auditPath = (team: string): string => `${teamPath(team)}/audit`;

/** One's own sessions and password. */
export const accountPath = '/account';

/** One version of a model; its kind in lower case. */
export const modelPath = (
  team: string,
  model: { readonly kind: string; readonly name: string; readonly version: string },
): string =>
  `${modelsPath(team)}/${[model.kind.toLowerCase(), model.name, model.version].map(encodeURIComponent).join('/')}`;

/** The galleries of a team. */
export const galleriesPath = (team: string): string => `${teamPath(team)}/galleries`;

/** One gallery. */
export const galleryPath = (
  team: string,
  set: { readonly name: string; readonly version: string },
): string => `${galleriesPath(team)}/${[set.name, set.version].map(encodeURIComponent).join('/')}`;

/** The covariate sets of a team. */
export const covariatesPath = (team: string): string => `${teamPath(team)}/covariates`;

/** One covariate set. */
export const covariateSetPath = (
  team: string,
  set: { readonly name: string; readonly version: string },
): string => `${covariatesPath(team)}/${[set.name, set.version].map(encodeURIComponent).join('/')}`;

/** One dataset. */
export const datasetPath = (team: string, dataset: string): string =>
  `${teamPath(team)}/d/${encodeURIComponent(dataset)}`;

/** The recipe form that starts a run. */
export const newRunPath = (team: string, dataset: string): string =>
  `${datasetPath(team, dataset)}/runs/new`;

/** One run, live or finished. */
export const runPath = (team: string, dataset: string, run: number): string =>
  `${datasetPath(team, dataset)}/runs/${String(run)}`;

/** One version of a dataset. */
export const versionPath = (team: string, dataset: string, version: number): string =>
  `${datasetPath(team, dataset)}/v/${String(version)}`;

/** One identity in a version. */
export const identityPath = (
  team: string,
  dataset: string,
  version: number,
  ordinal: number,
): string => `${versionPath(team, dataset, version)}/i/${String(ordinal)}`;

/** The sign-in page, which leads back to `next` afterwards. */
export const signInPath = (next?: string): string =>
  next === undefined || next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;

/** `next` where it is a path of this application, else the start page: never an address elsewhere. */
export function safeNext(next: string | null | undefined): string {
  return next?.startsWith('/') === true && !next.startsWith('//') && !next.includes('\\')
    ? next
    : '/';
}
