/**
 * @file What each query and mutation needs: the rows between the schema and the catalog's table of roles. The guard, the docs
 * and the generated test of every operation are derived from it; an operation without a row fails that test.
 */
import type { Action } from '@colloid/catalog';

/**
 * What an operation needs: an action of the catalog's table; or to be `person`, signed in without an API key; or `member`, signed
 * in by whichever way, with each part of the answer asking for itself; or nothing (`anyone`).
 */
export type Need = Action | 'person' | 'member' | 'anyone';

/** Needs of the queries. */
export const QUERIES = {
  datasheetQuestions: 'anyone',
  estimateRun: 'run.read',
  invitation: 'anyone',
  lineage: 'version.read',
  node: 'member',
  nodes: 'member',
  notificationSettings: 'person',
  notifications: 'person',
  permissions: 'anyone',
  publishedReleases: 'member',
  recipeParameters: 'anyone',
  recipePresets: 'anyone',
  system: 'member',
  team: 'team.read',
  viewer: 'member',
} as const satisfies Readonly<Record<string, Need>>;

/** Needs of the mutations. */
export const MUTATIONS = {
  acceptInvitation: 'person',
  acceptReleaseTerms: 'release.read',
  askForEmail: 'person',
  branchRun: 'run.create',
  cancelRun: 'run.cancel',
  changeWebhook: 'webhook.manage',
  commentOnRelease: 'release.comment',
  confirmEmail: 'person',
  createApiKey: 'apiKey.create',
  createDataset: 'dataset.create',
  createEmailConfirmation: 'member.changeEmail',
  createImport: 'run.import',
  createPasswordReset: 'member.resetPassword',
  createRecipe: 'recipe.create',
  createRelease: 'release.propose',
  createRun: 'run.create',
  createTeam: 'person',
  createWebhook: 'webhook.manage',
  deleteSubset: 'subset.change',
  deleteTeam: 'team.delete',
  deleteWebhook: 'webhook.manage',
  inviteMember: 'invitation.create',
  leaveTeam: 'person',
  markNotificationsRead: 'person',
  materialiseSubset: 'version.create',
  measureVersion: 'version.measure',
  mergeVersions: 'version.create',
  pauseRun: 'run.pause',
  redeliverWebhook: 'webhook.manage',
  recheckModel: 'model.register',
  publishRelease: 'release.publish',
  registerCovariateSet: 'covariates.register',
  registerGallery: 'gallery.register',
  registerModel: 'model.register',
  removeMember: 'member.remove',
  removeModel: 'model.remove',
  requestReview: 'release.propose',
  resolveThread: 'release.comment',
  renameSubset: 'subset.change',
  renameTeam: 'team.rename',
  renameViewer: 'person',
  restoreTeam: 'team.delete',
  resumeRun: 'run.pause',
  retractRelease: 'release.retract',
  reviewRelease: 'release.review',
  revokeApiKey: 'apiKey.revoke',
  runReleaseChecks: 'release.propose',
  saveSubset: 'subset.create',
  setIdentityBudget: 'budget.set',
  setMemberRole: 'member.change',
  setNotificationSettings: 'person',
  setReleasePolicy: 'release.policy',
  tagVersion: 'version.tag',
  untagVersion: 'version.tag',
  updateRelease: 'release.propose',
  withdrawInvitation: 'invitation.withdraw',
  withdrawRelease: 'release.propose',
} as const satisfies Readonly<Record<string, Need>>;

/** Needs of the subscriptions. */
export const SUBSCRIPTIONS = {
  notificationNews: 'person',
  releaseChanged: 'release.read',
  runProgress: 'run.read',
} as const satisfies Readonly<Record<string, Need>>;

/** Needs of the fields of a team, for whoever sees the team. */
export const TEAM_FIELDS = {
  activity: 'activity.read',
  apiKeys: 'apiKey.read',
  auditEvents: 'audit.read',
  budget: 'budget.read',
  covariateSet: 'covariates.read',
  covariateSets: 'covariates.read',
  dataset: 'dataset.read',
  datasets: 'dataset.read',
  galleries: 'gallery.read',
  gallery: 'gallery.read',
  invitations: 'invitation.read',
  members: 'member.read',
  model: 'model.read',
  models: 'model.read',
  recipes: 'recipe.read',
  releasePolicy: 'release.read',
  runs: 'run.read',
  webhooks: 'webhook.read',
} as const satisfies Readonly<Record<string, Action>>;

/** What the operation needs; one that has no row is for people only, since no scope can be right for it. */
export function needOf(kind: 'Query' | 'Mutation' | 'Subscription', name: string): Need {
  const rows: Readonly<Record<string, Need>> =
    kind === 'Query' ? QUERIES : kind === 'Mutation' ? MUTATIONS : SUBSCRIPTIONS;
  return Object.hasOwn(rows, name) ? (rows[name] ?? 'person') : 'person';
}
