/** @file The tables of permissions.md, from the tables that decide. */
// Neither file loads anything at run time, while the packages would load a database client.
/* oxlint-disable no-restricted-imports */
import {
  ACTION_WORDS,
  can,
  isScope,
  LEAST_ROLE,
  ROLES,
} from '../../packages/catalog/src/permissions.ts';
import type { Action } from '../../packages/catalog/src/permissions.ts';
import {
  MUTATIONS,
  QUERIES,
  SUBSCRIPTIONS,
  TEAM_FIELDS,
} from '../../apps/gateway/src/schema/permissions.ts';
import type { Need } from '../../apps/gateway/src/schema/permissions.ts';
/* oxlint-enable no-restricted-imports */

import { markdownTable } from './markdown.ts';

/** Every action by every role. */
export function actionTable(): string {
  const actions = Object.keys(LEAST_ROLE) as Action[];
  return markdownTable(
    ['Action', 'Lets one', ...ROLES, 'Scope of keys'],
    actions.map((action) =>
      [`\`${action}\``, ACTION_WORDS[action]].concat(
        ROLES.map((role) => (can(role, action) ? 'yes' : '')),
        isScope(action) ? 'yes' : '',
      ),
    ),
  );
}

const NEED_WORDS: Readonly<Record<string, string>> = {
  person: 'somebody signed in, not an API key',
  member: 'somebody signed in; each part of the answer needs what reading it needs',
  anyone: 'nothing',
};

/** What each operation needs. */
export function operationTable(): string {
  const rows = (kind: string, needs: Readonly<Record<string, Need>>): string[][] =>
    Object.entries(needs).map(([name, need]) => [
      kind,
      `\`${name}\``,
      NEED_WORDS[need] ?? `\`${need}\``,
    ]);
  return markdownTable(
    ['Kind', 'Name', 'Needs'],
    [
      ...rows('mutation', MUTATIONS),
      ...rows('query', QUERIES),
      ...rows('field of a team', TEAM_FIELDS),
      ...rows('subscription', SUBSCRIPTIONS),
    ],
  );
}
