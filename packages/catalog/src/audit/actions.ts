/** @file Every kind of change there is, with the words that tell of it. */

/** What an event says happened, as "Ada <words> <label>". */
export const AUDIT_WORDS = {
  'team.create': 'made the team',
  'member.add': 'added the member',
  'member.join': 'joined by the invitation of',
  'member.change': 'changed the role of',
  'member.remove': 'removed the member',
  'member.leave': 'left the team',
  'member.resetPassword': 'made an address for a new password of',
  'invitation.create': 'invited',
  'invitation.withdraw': 'withdrew the invitation of',
  'apiKey.create': 'made the API key',
  'apiKey.revoke': 'revoked the API key',
  'dataset.create': 'made the dataset',
  'budget.set': 'set the identity budget of',
  'model.register': 'registered the model',
  'model.check': 'checked the model',
  'gallery.register': 'registered the gallery',
  'gallery.make': 'made the gallery',
  'covariates.register': 'registered the covariate set',
  'covariates.make': 'made the covariate set',
  'recipe.create': 'made the recipe',
  'run.create': 'started the run',
  'run.branch': 'started, as a branch, the run',
  'run.pause': 'paused the run',
  'run.resume': 'resumed the run',
  'run.cancel': 'cancelled the run',
  'run.end': 'ended the run',
  'version.commit': 'committed the version',
} as const satisfies Record<string, string>;

/** A kind of change. */
export type AuditAction = keyof typeof AUDIT_WORDS;

/** What the activity of a team tells all of its members; the rest (addresses, keys, passwords) is in the audit log only. */
export const ACTIVITY_ACTIONS: readonly AuditAction[] = [
  'team.create',
  'member.add',
  'member.join',
  'member.change',
  'member.remove',
  'member.leave',
  'dataset.create',
  'budget.set',
  'model.register',
  'model.check',
  'gallery.register',
  'gallery.make',
  'covariates.register',
  'covariates.make',
  'recipe.create',
  'run.create',
  'run.branch',
  'run.pause',
  'run.resume',
  'run.cancel',
  'run.end',
  'version.commit',
];
