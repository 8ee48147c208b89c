/** @file Real databases and small worlds for tests, here and in the packages above. */

export { startTestDatabase, type TestDatabase } from './database.ts';
export {
  enqueueNothing,
  makeMember,
  makePerson,
  makeTeam,
  openTestCatalog,
  produce,
  startRun,
  type TestCatalog,
  type TestTeam,
} from './world.ts';
