/** @file Which role may do what, so that pages offer only what the gateway would accept. The gateway decides. */
import type { Role } from '@/generated/graphql.ts';

const RANK: Record<Role, number> = {
  VIEWER: 0,
  CONTRIBUTOR: 1,
  REVIEWER: 2,
  MAINTAINER: 3,
  OWNER: 4,
};

/** Every role with the word that pages show, least first. */
export const ROLES = [
  { role: 'VIEWER', word: 'Viewer' },
  { role: 'CONTRIBUTOR', word: 'Contributor' },
  { role: 'REVIEWER', word: 'Reviewer' },
  { role: 'MAINTAINER', word: 'Maintainer' },
  { role: 'OWNER', word: 'Owner' },
] as const satisfies readonly { readonly role: Role; readonly word: string }[];

const LEAST = {
  createDataset: 'CONTRIBUTOR',
  startRun: 'CONTRIBUTOR',
  /** Cancel, pause, resume, branch. */
  controlRun: 'CONTRIBUTOR',
  /** Save, rename and delete subsets, make versions of them, merge and tag versions. */
  makeVersion: 'CONTRIBUTOR',
  measureVersion: 'CONTRIBUTOR',
  setBudget: 'MAINTAINER',
  registerModel: 'MAINTAINER',
  readAudit: 'MAINTAINER',
  manageMembers: 'OWNER',
  /** And delete. */
  renameTeam: 'OWNER',
  registerSet: 'MAINTAINER',
  manageWebhooks: 'MAINTAINER',
  proposeRelease: 'CONTRIBUTOR',
  setReleasePolicy: 'OWNER',
} as const satisfies Record<string, Role>;

/** Something a page offers only to those who may do it. */
export type Action = keyof typeof LEAST;

/** True when `role` may do `action`. */
export function may(role: Role, action: Action): boolean {
  return hasRole(role, LEAST[action]);
}

/** True when `role` is `least` or higher. */
export function hasRole(role: Role, least: Role): boolean {
  return RANK[role] >= RANK[least];
}
