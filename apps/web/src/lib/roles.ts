/** @file Which role may do what, so that pages offer only what the gateway would accept. The gateway decides. */
import type { Role } from '@/generated/graphql.ts';

const RANK: Record<Role, number> = {
  VIEWER: 0,
  CONTRIBUTOR: 1,
  REVIEWER: 2,
  MAINTAINER: 3,
  OWNER: 4,
};

const LEAST = {
  createDataset: 'CONTRIBUTOR',
  startRun: 'CONTRIBUTOR',
  /** Cancel, pause, resume, branch. */
  controlRun: 'CONTRIBUTOR',
  setBudget: 'MAINTAINER',
  registerModel: 'MAINTAINER',
  registerSet: 'MAINTAINER',
} as const satisfies Record<string, Role>;

/** Something a page offers only to those who may do it. */
export type Action = keyof typeof LEAST;

/** True when `role` may do `action`. */
export function may(role: Role, action: Action): boolean {
  return RANK[role] >= RANK[LEAST[action]];
}
