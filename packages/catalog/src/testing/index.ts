/** @file Real databases and small worlds for tests, here and in the packages above. */

export { fillCatalog, type FilledVersion, type FillSize } from './fill-catalog.ts';
export { SERVER_VARIABLE } from './server.ts';
export { startTestDatabase, type TestDatabase } from './database.ts';
export {
  enqueueNothing,
  makeMember,
  makePerson,
  makeTeam,
  openTestCatalog,
  produce,
  startImport,
  startRun,
  type TestCatalog,
  type TestTeam,
} from './world.ts';
