/** @file Nexus is CommonJS; this is the one place that says so. */
// oxlint-disable-next-line import/default -- Node gives a CommonJS module's exports as its default.
import nexus from 'nexus';

export const {
  arg,
  booleanArg,
  core,
  enumType,
  extendType,
  idArg,
  inputObjectType,
  intArg,
  interfaceType,
  list,
  makeSchema,
  mutationField,
  nonNull,
  nullable,
  objectType,
  queryField,
  scalarType,
  stringArg,
  subscriptionField,
} = nexus;

// The generated file declares globally what resolvers are checked against; whoever includes a schema module gets it from here.
export type { NexusGenTypes } from '../generated/nexus.ts';
