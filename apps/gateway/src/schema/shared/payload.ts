/** @file The answer of every mutation: the entity, and what the person can put right. */
import type { NodeTypeName } from '../../ids.ts';
import { objectType } from '../nexus.ts';

/** What payloads hold beside nodes. */
type OtherTypeName =
  | 'ApiKey'
  | 'Invitation'
  | 'IssuedAddress'
  | 'IssuedApiKey'
  | 'IssuedInvitation'
  | 'IssuedWebhook'
  | 'NotificationNews'
  | 'NotificationSettings'
  | 'ReleasePolicy'
  | 'TeamMember'
  | 'Viewer'
  | 'Webhook'
  | 'WebhookDelivery';

/** A payload type with one entity field. */
export function payloadType(
  name: string,
  entity: {
    readonly field: string;
    readonly type: NodeTypeName | OtherTypeName;
    readonly description: string;
  },
) {
  return objectType({
    name,
    description: 'What came of it.',
    definition(t) {
      t.nullable.field(entity.field, {
        type: entity.type,
        description: `${entity.description} Null where \`userErrors\` says why it did not happen.`,
      });
      t.list.field('userErrors', {
        type: 'UserError',
        description: 'Why it did not happen; empty where it did.',
      });
    },
  });
}
