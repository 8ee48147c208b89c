/** @file Who may do what in a team: the one table every service asks. */

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
  'member.add': 'OWNER',
  'dataset.read': 'VIEWER',
  'dataset.create': 'CONTRIBUTOR',
  /** A PRIVATE dataset is its creator's, and of those who answer for the team. */
  'dataset.readPrivate': 'MAINTAINER',
  'budget.read': 'VIEWER',
  'budget.set': 'MAINTAINER',
  'model.read': 'VIEWER',
  'model.register': 'MAINTAINER',
  'gallery.read': 'VIEWER',
  'gallery.register': 'MAINTAINER',
  'covariates.read': 'VIEWER',
  'covariates.register': 'MAINTAINER',
  'recipe.read': 'VIEWER',
  'recipe.create': 'CONTRIBUTOR',
  'run.read': 'VIEWER',
  'run.create': 'CONTRIBUTOR',
  'run.cancel': 'CONTRIBUTOR',
  /** Pausing and resuming. */
  'run.pause': 'CONTRIBUTOR',
  'version.read': 'VIEWER',
  'version.create': 'CONTRIBUTOR',
  'version.tag': 'CONTRIBUTOR',
  'subset.create': 'CONTRIBUTOR',
} as const satisfies Record<string, Role>;

/** Something a member of a team may or may not do. */
export type Action = keyof typeof LEAST_ROLE;

/** Whether a member with `role` may do `action`. */
export function can(role: Role, action: Action): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(LEAST_ROLE[action]);
}

/** The roles that may do `action`, least first. */
export function rolesFor(action: Action): readonly Role[] {
  return ROLES.slice(ROLES.indexOf(LEAST_ROLE[action]));
}
