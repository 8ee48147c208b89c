/** @file Global ids: opaque to clients, `Type:key` in base64url to us. Composite keys are joined with a slash. */

/** Types that have a global id; the order of a composite key is fixed here and nowhere else. */
export interface KeyOfType {
  readonly Team: { readonly id: string };
  readonly Dataset: { readonly id: string };
  readonly IdentityBudget: { readonly id: string };
  readonly ModelVersion: { readonly id: string };
  readonly Gallery: { readonly id: string };
  readonly CovariateSet: { readonly id: string };
  readonly Recipe: { readonly id: string };
  readonly Run: { readonly id: string };
  readonly DatasetVersion: { readonly id: string };
  readonly Subset: { readonly id: string };
  readonly Release: { readonly id: string };
  readonly Identity: { readonly runId: string; readonly ordinal: number };
  readonly Sample: {
    readonly runId: string;
    readonly identityOrdinal: number;
    readonly ordinal: number;
  };
}

/** Name of a type that `node` can fetch. */
export type NodeTypeName = keyof KeyOfType;

/** A decoded global id. */
export type GlobalKey = {
  [Name in NodeTypeName]: { readonly type: Name; readonly key: KeyOfType[Name] };
}[NodeTypeName];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ORDINAL = /^(0|[1-9][0-9]{0,9})$/;
const MAX_INT = 2_147_483_647;
const LONGEST_ID = 200;

const PARTS = {
  Team: ['id'],
  Dataset: ['id'],
  IdentityBudget: ['id'],
  ModelVersion: ['id'],
  Gallery: ['id'],
  CovariateSet: ['id'],
  Recipe: ['id'],
  Run: ['id'],
  DatasetVersion: ['id'],
  Subset: ['id'],
  Release: ['id'],
  Identity: ['runId', 'ordinal'],
  Sample: ['runId', 'identityOrdinal', 'ordinal'],
} as const satisfies { readonly [Name in NodeTypeName]: readonly (keyof KeyOfType[Name])[] };

/**
 * The global id of an entity.
 *
 * @example toGlobalId('Identity', { runId, ordinal: 42 })
 */
export function toGlobalId<Name extends NodeTypeName>(type: Name, key: KeyOfType[Name]): string {
  const parts = PARTS[type].map((part) => String((key as Record<string, unknown>)[part]));
  return Buffer.from(`${type}:${parts.join('/')}`).toString('base64url');
}

/** The type and key of a global id, or null for text that is none; such an id names nothing that exists. */
export function fromGlobalId(id: string): GlobalKey | null {
  if (id.length > LONGEST_ID) return null;
  const text = Buffer.from(id, 'base64url').toString('utf8');
  if (Buffer.from(text).toString('base64url') !== id) return null;
  const colon = text.indexOf(':');
  const type = text.slice(0, colon);
  if (colon < 0 || !isNodeTypeName(type)) return null;
  return readKey(type, text.slice(colon + 1).split('/'));
}

/** The key of a global id that must name a `type`; null when it names something else or nothing. */
export function keyOf<Name extends NodeTypeName>(type: Name, id: string): KeyOfType[Name] | null {
  const decoded = fromGlobalId(id);
  return decoded !== null && decoded.type === type ? (decoded.key as KeyOfType[Name]) : null;
}

/** Whether `name` is a type that `node` can fetch. */
export function isNodeTypeName(name: string): name is NodeTypeName {
  return Object.hasOwn(PARTS, name);
}

function readKey(type: NodeTypeName, values: readonly string[]): GlobalKey | null {
  const names = PARTS[type];
  if (values.length !== names.length) return null;
  const [first = '', ...ordinals] = values;
  if (!UUID.test(first)) return null;
  if (!ordinals.every((text) => ORDINAL.test(text) && Number(text) <= MAX_INT)) return null;
  const entries = names.map((name, index) => [
    name,
    index === 0 ? first : Number(ordinals[index - 1]),
  ]);
  return { type, key: Object.fromEntries(entries) };
}
