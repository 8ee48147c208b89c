/** @file A gateway with two teams, one of which has a finished run with images in real shards: what tests of the whole surface begin with. */
import { beginRun, completeRun, recordIteration } from './seed-run.ts';
import { seedRun, seedTeam } from './seed-team.ts';
import type { SeededTeam } from './seed-team.ts';
import { signIn, startTestGateway, TEST_SECRET } from './start.ts';
import type { TestClient, TestGateway } from './start.ts';

const SIZE = { identities: 12, variations: 3 };

export interface TwoTeams {
  readonly gateway: TestGateway;
  readonly ada: SeededTeam;
  readonly eve: SeededTeam;
  /** Signed in as the owner of Ada's team. */
  readonly client: TestClient;
  /** Signed in as the owner of Eve's. */
  readonly stranger: TestClient;
  /** Of Ada's team: 12 identities with 3 variations each, three iterations. */
  readonly runId: string;
}

/** Starts it; whoever starts it stops its gateway. */
export async function startTwoTeams(): Promise<TwoTeams> {
  const gateway = await startTestGateway();
  const { catalog } = gateway;
  const ada = await seedTeam({ catalog, secret: TEST_SECRET, name: 'ada', ...SIZE });
  const eve = await seedTeam({ catalog, secret: TEST_SECRET, name: 'eve', ...SIZE });
  const { id: runId } = await seedRun(catalog, ada);
  await beginRun(gateway, runId);
  for (const iteration of [0, 1, 2]) await recordIteration(gateway, runId, iteration);
  await completeRun(gateway, { runId, identities: SIZE.identities, samples: 1 + SIZE.variations });
  const client = await signIn(gateway, ada.email);
  const stranger = await signIn(gateway, eve.email);
  return { gateway, ada, eve, client, stranger, runId };
}
