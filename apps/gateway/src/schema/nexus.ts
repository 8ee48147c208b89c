/** @file Nexus is CommonJS; this is the one place that says so. */
// oxlint-disable-next-line import/default -- Node gives a CommonJS module's exports as its default.
import nexus from 'nexus';

export const {
  arg,
  core,
  enumType,
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
