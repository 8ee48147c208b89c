/** @file Who may do what in a team: the one table every service asks, and that docs, API keys and tests are derived from. */

import type { Role } from './generated/client.ts';

/** Roles from least to most; each may do what the ones before it may. */
export const ROLES = [
  'VIEWER',
  'CONTRIBUTOR',
  'REVIEWER',
  'MAINTAINER',
  'OWNER',
] as const satisfies readonly Role[];

/** The least role for each action. */
export const LEAST_ROLE = {
  'team.read': 'VIEWER',
  'team.rename': 'OWNER',
  /** And bringing it back while that is possible. */
  'team.delete': 'OWNER',
  'activity.read': 'VIEWER',
  'audit.read': 'MAINTAINER',
  'member.read': 'VIEWER',
  'member.add': 'OWNER',
  'member.change': 'OWNER',
  'member.remove': 'OWNER',
  'member.resetPassword': 'OWNER',
  'member.changeEmail': 'OWNER',
  'invitation.read': 'OWNER',
  'invitation.create': 'OWNER',
  'invitation.withdraw': 'OWNER',
  /** One's own keys; an owner sees and revokes everybody's. */
  'apiKey.read': 'VIEWER',
  'apiKey.create': 'VIEWER',
  'apiKey.revoke': 'VIEWER',
  'apiKey.readAll': 'OWNER',
  'dataset.read': 'VIEWER',
  'dataset.create': 'CONTRIBUTOR',
  /** A PRIVATE dataset is its creator's, and of those who answer for the team. */
  'dataset.readPrivate': 'MAINTAINER',
  'budget.read': 'VIEWER',
  'budget.set': 'MAINTAINER',
  'model.read': 'VIEWER',
  'model.register': 'MAINTAINER',
  'model.remove': 'MAINTAINER',
  'gallery.read': 'VIEWER',
  'gallery.register': 'MAINTAINER',
  'covariates.read': 'VIEWER',
  'covariates.register': 'MAINTAINER',
  'recipe.read': 'VIEWER',
  'recipe.create': 'CONTRIBUTOR',
  'run.read': 'VIEWER',
  'run.create': 'CONTRIBUTOR',
  /** Reading images from outside in, as a run without a recipe. */
  'run.import': 'CONTRIBUTOR',
  'run.cancel': 'CONTRIBUTOR',
  /** Pausing and resuming. */
  'run.pause': 'CONTRIBUTOR',
  'version.read': 'VIEWER',
  'version.create': 'CONTRIBUTOR',
  'version.measure': 'CONTRIBUTOR',
  'version.tag': 'CONTRIBUTOR',
  'subset.create': 'CONTRIBUTOR',
  'release.read': 'VIEWER',
  /** Drafting, editing and withdrawing one's own, asking for reviews, and having it checked. */
  'release.propose': 'CONTRIBUTOR',
  'release.comment': 'CONTRIBUTOR',
  /** The policy of a team may ask for a higher role of those whose approval counts. */
  'release.review': 'REVIEWER',
  'release.publish': 'MAINTAINER',
  'release.retract': 'MAINTAINER',
  'release.downloads': 'MAINTAINER',
  'release.policy': 'OWNER',
  /** Renaming and deleting. */
  'subset.change': 'CONTRIBUTOR',
  'webhook.read': 'MAINTAINER',
  'webhook.manage': 'MAINTAINER',
} as const satisfies Record<string, Role>;

/** Something a member of a team may or may not do. */
export type Action = keyof typeof LEAST_ROLE;

/** What each action is, in the words of the docs and of the page where a key's scopes are chosen. */
export const ACTION_WORDS: Readonly<Record<Action, string>> = {
  'team.read': 'see the team',
  'team.rename': 'change the name and the address of the team',
  'team.delete': 'delete the team, and bring it back',
  'activity.read': 'see what happened in the team',
  'audit.read': 'see the audit log: who changed what, from where',
  'member.read': 'see who belongs to the team',
  'member.add': 'add a member',
  'member.change': "change a member's role",
  'member.remove': 'remove a member',
  'member.resetPassword': 'make an address at which a member sets a new password',
  'member.changeEmail': 'make an address at which a member confirms a new e-mail address',
  'invitation.read': 'see open invitations',
  'invitation.create': 'invite somebody by their address',
  'invitation.withdraw': 'withdraw an invitation',
  'apiKey.read': 'see one’s own API keys',
  'apiKey.create': 'make an API key for oneself',
  'apiKey.revoke': 'revoke one’s own API keys',
  'apiKey.readAll': 'see and revoke the API keys of all members',
  'dataset.read': 'see datasets that are not private',
  'dataset.create': 'make a dataset',
  'dataset.readPrivate': 'see private datasets of others',
  'budget.read': 'see identity budgets',
  'budget.set': 'set an identity budget',
  'model.read': 'see models and their reports',
  'model.register': 'register a model, and have it checked again',
  'model.remove': 'remove a model that nothing uses',
  'gallery.read': 'see galleries and their reports',
  'gallery.register': 'register a gallery',
  'covariates.read': 'see covariate sets and their reports',
  'covariates.register': 'register a covariate set',
  'recipe.read': 'see recipes',
  'recipe.create': 'make a recipe',
  'run.read': 'see runs',
  'run.create': 'start a run, or branch one from a checkpoint of another',
  'run.import': 'import images as a version',
  'run.cancel': 'cancel a run',
  'run.pause': 'pause a run, and let it go on',
  'version.read': 'see versions, identities, samples and saved subsets',
  'version.create': 'make a version of a selection, or of several versions',
  'version.measure': 'have a version measured, alone or against a gallery',
  'version.tag': 'tag a version, and take a tag away',
  'subset.create': 'save a query over a version as a subset',
  'release.read': 'see releases with their checks, and download published ones',
  'release.propose': 'draft a release, edit and withdraw one’s own, ask for reviews and checks',
  'release.comment': 'discuss a release',
  'release.review': 'approve a release, or ask for changes',
  'release.publish': 'publish an approved release, and edit or withdraw those of others',
  'release.retract': 'retract a published release',
  'release.downloads': 'see who downloaded a release',
  'release.policy': 'set how many approvals and which checks a release needs',
  'subset.change': 'rename or delete a saved subset',
  'webhook.read': 'see webhooks and what was delivered',
  'webhook.manage': 'make, change and delete webhooks, and deliver again',
};

/**
 * Actions that no API key is given: keys can neither make keys nor change who belongs to a team or is told what happens in it, so
 * that one that leaked does not outlive its revocation; they neither rename nor delete a team; and an approval is the word of a person, not of a script that holds their key.
 */
const NOT_FOR_KEYS: ReadonlySet<Action> = new Set([
  'team.rename',
  'team.delete',
  'member.add',
  'member.change',
  'member.remove',
  'member.resetPassword',
  'member.changeEmail',
  'invitation.read',
  'invitation.create',
  'invitation.withdraw',
  'apiKey.read',
  'apiKey.create',
  'apiKey.revoke',
  'apiKey.readAll',
  'release.review',
  'release.policy',
  'webhook.manage',
]);

/** What an API key may be narrowed to, in the order of the table. */
export const SCOPES: readonly Action[] = (Object.keys(LEAST_ROLE) as Action[]).filter(
  (action) => !NOT_FOR_KEYS.has(action),
);

/** Actions that cannot be done without reading what these read. */
const BRINGS: Readonly<Partial<Record<Action, readonly Action[]>>> = {
  'activity.read': ['dataset.read'],
  'budget.read': ['dataset.read'],
  'gallery.read': ['model.read'],
  'covariates.read': ['model.read'],
  'recipe.read': ['model.read', 'gallery.read', 'covariates.read'],
  'run.read': ['dataset.read', 'recipe.read'],
  'version.read': ['dataset.read', 'run.read'],
  'version.measure': ['version.read', 'gallery.read'],
  'subset.create': ['version.read'],
  'release.read': ['version.read'],
  'subset.change': ['version.read'],
};

/** Whether a member with `role` may do `action`. */
export function can(role: Role, action: Action): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(LEAST_ROLE[action]);
}

/** The roles that may do `action`, least first. */
export function rolesFor(action: Action): readonly Role[] {
  return ROLES.slice(ROLES.indexOf(LEAST_ROLE[action]));
}

/** Whether `text` is a scope that a key may have. */
export function isScope(text: string): text is Action {
  return (SCOPES as readonly string[]).includes(text);
}

/** The scopes with what they bring along: reading the team, the kind of thing that is changed, and what that refers to. In the table's order. */
export function completeScopes(scopes: readonly Action[]): readonly Action[] {
  const complete = new Set<Action>(['team.read']);
  const add = (action: Action): void => {
    if (complete.has(action)) return;
    complete.add(action);
    const reading = `${action.split('.', 1)[0] ?? ''}.read`;
    if (isScope(reading)) add(reading);
    BRINGS[action]?.forEach(add);
  };
  scopes.forEach(add);
  return SCOPES.filter((scope) => complete.has(scope));
}
