/** @file Every address of the application, in one place. */
import { type IdentityPlace, writePlace } from './identity-place.ts';

/** All datasets of a team. */
export const teamPath = (team: string): string => `/t/${encodeURIComponent(team)}`;

/** The generators and recognisers of a team. */
export const modelsPath = (team: string): string => `${teamPath(team)}/models`;

/** Members, invitations and API keys of a team. */
export const settingsPath = (team: string): string => `${teamPath(team)}/settings`;

/** Every change in a team, for those who answer for it. */
export const auditPath = (team: string): string => `${teamPath(team)}/audit`;

/** What happened in a team, for all of its members. */
export const activityPath = (team: string): string => `${teamPath(team)}/activity`;

/** What was delivered to a webhook. */
export const webhookPath = (team: string, id: string): string =>
  `${settingsPath(team)}/webhooks/${encodeURIComponent(id)}`;

/** What one was told. */
export const notificationsPath = '/notifications';

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

/** Where something came from and what came of it, by its global id. */
export const lineagePath = (team: string, id: string): string =>
  `${teamPath(team)}/lineage/${encodeURIComponent(id)}`;

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

/** The form that proposes a release; `version` is the number of the version it begins with. */
export const newReleasePath = (team: string, dataset: string, version?: number): string =>
  `${datasetPath(team, dataset)}/releases/new${version === undefined ? '' : `?version=${String(version)}`}`;

/** One release as its team sees it. */
export const releasePath = (team: string, dataset: string, release: number): string =>
  `${datasetPath(team, dataset)}/releases/${String(release)}`;

/** The form that changes a release. */
export const editReleasePath = (team: string, dataset: string, release: number): string =>
  `${releasePath(team, dataset, release)}/edit`;

/** Every release that was published for everybody. */
export const publishedReleasesPath = '/releases';

/** One of them, as those see it who do not belong to its team. */
export const publishedReleasePath = (id: string): string =>
  `${publishedReleasesPath}/${encodeURIComponent(id)}`;
/** The query page of a version. */
export const queryPath = (team: string, dataset: string, version: number): string =>
  `${versionPath(team, dataset, version)}/query`;

/** Two versions of a dataset side by side. */
export const comparePath = (
  team: string,
  dataset: string,
  pair: { readonly before: number; readonly after: number },
): string =>
  `${datasetPath(team, dataset)}/compare?before=${String(pair.before)}&after=${String(pair.after)}`;

/** The recipes of a team. */
export const recipesPath = (team: string): string => `${teamPath(team)}/recipes`;

/** Two recipes side by side, by their ids. */
export const compareRecipesPath = (
  team: string,
  pair: { readonly before: string; readonly after: string },
): string =>
  `${recipesPath(team)}/compare?before=${encodeURIComponent(pair.before)}&after=${encodeURIComponent(pair.after)}`;

/** One identity in a version. Runs number their identities from 0, so the run belongs to the address. */
export const identityPath = (
  team: string,
  dataset: string,
  version: number,
  identity: IdentityPlace,
): string => `${versionPath(team, dataset, version)}/i/${writePlace(identity)}`;

/** The sign-in page, which leads back to `next` afterwards. */
export const signInPath = (next?: string): string =>
  next === undefined || next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;

/** `next` where it is a path of this application, else the start page: never an address elsewhere. */
export function safeNext(next: string | null | undefined): string {
  return next?.startsWith('/') === true && !next.startsWith('//') && !next.includes('\\')
    ? next
    : '/';
}
