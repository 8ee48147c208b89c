/** @file A version narrowed by controls, by somebody who may change it and by somebody who may not. */
import { expect, test } from 'vitest';
import { add } from '../choose.ts';
import { arrives, MINUTE_MS, SOON } from '../in-browser.ts';
import { faces, figure, namesOf, shows } from './parts.ts';
import { DATASET, IDENTITIES, type SubsetWorld } from './world.ts';

interface SamplesAnswer {
  readonly node: {
    readonly selection: {
      readonly samples: {
        readonly edges: readonly {
          readonly node: {
            readonly ordinal: number;
            readonly identity: { readonly name: string };
          };
        }[];
      };
    };
  };
}

/** Controls, the printed GraphQL, and what cannot be. */
export function queryTests(world: () => SubsetWorld): void {
  test(
    'somebody narrows a version by controls, and the printed GraphQL selects the same faces',
    async () => {
      const { page: owner } = world().owner;
      await world().owner.go(`${DATASET}/v/1`);
      await owner.getByRole('link', { name: 'Query' }).click();
      await arrives(owner, '**/v/1/query');
      await faces(owner).first().waitFor();
      const selected = figure(owner, 'Selected').locator('dd').first();
      // The numbers are asked for apart from the faces.
      await expect
        .poll(async () => Number(await selected.textContent()), SOON)
        .toBeGreaterThan(2 * IDENTITIES);
      const all = Number(await selected.textContent());
      await owner.getByText('Variations', { exact: true }).first().click();
      await figure(owner, 'Selected')
        .getByText(String(all - IDENTITIES))
        .waitFor();
      await owner.getByLabel('Of each identity').fill('1');
      await owner.getByLabel('Seed of the draw').fill('7');
      await figure(owner, 'Selected').getByText(String(IDENTITIES), { exact: true }).waitFor();
      await add(owner.getByRole('combobox', { name: 'Covariates' }), 'pose:left/right');
      await owner.getByLabel('pose:left/right, from').fill('0.5');
      // One variation of each is turned to the right.
      const text = async (label: string) =>
        (await owner.getByRole('region', { name: `Text of the ${label}` }).textContent()) ?? '';
      await expect.poll(() => text('variables'), SOON).toMatch(/pose:left\/right[^]*0\.5/);
      const variables = JSON.parse(await text('variables')) as object;
      const { node } = await world().owner.ask<SamplesAnswer>(await text('operation'), variables);
      const { edges } = node.selection.samples;
      expect(edges).toHaveLength(IDENTITIES);
      const names = edges.map(
        (edge) => `Variation ${String(edge.node.ordinal)} of ${edge.node.identity.name}`,
      );
      await expect.poll(() => namesOf(owner), SOON).toEqual(names);
      await expect.poll(() => selected.textContent(), SOON).toBe(String(IDENTITIES));
    },
    2 * MINUTE_MS,
  );

  test(
    'a viewer opens the address of the query, sees the same, and may change nothing',
    async () => {
      const { page: owner } = world().owner;
      const { page: viewer } = world().viewer;
      await world().viewer.go(owner.url());
      await faces(viewer).first().waitFor();
      await expect.poll(() => faces(viewer).count(), SOON).toBe(IDENTITIES);
      expect(await viewer.getByLabel('pose:left/right, from').inputValue()).toBe('0.5');
      expect(await viewer.getByRole('button', { name: 'Save subset' }).count()).toBe(0);
      expect(await viewer.getByRole('button', { name: 'Make a version' }).count()).toBe(0);
      await world().viewer.go(`${DATASET}/v/1`);
      await viewer.getByRole('link', { name: 'Query' }).waitFor();
      expect(await viewer.getByRole('button', { name: /^Tag version/ }).count()).toBe(0);
    },
    MINUTE_MS,
  );

  test(
    'what cannot be is said in a sentence, and nothing that was set is lost',
    async () => {
      const { page: owner } = world().owner;
      const { page: viewer } = world().viewer;
      const before = await faces(owner).count();
      await owner.getByLabel('θ to the reference, from').and(owner.getByRole('textbox')).fill('1');
      await owner.getByLabel('θ to the reference, to').and(owner.getByRole('textbox')).fill('0.5');
      await owner.getByText('From 1 to 0.5 there is nothing').waitFor();
      expect(await owner.getByRole('button', { name: 'Make a version' }).isDisabled()).toBe(true);
      await owner.getByLabel('θ to the reference, to').and(owner.getByRole('textbox')).fill('3');
      await owner.getByText('Nothing is selected').waitFor();
      await owner.getByLabel('θ to the reference, from').and(owner.getByRole('textbox')).fill('');
      await shows(owner, before);

      await owner.getByLabel('Further conditions').fill('{ "colour": "red" }');
      await owner
        .getByText(/colour/)
        .locator('visible=true')
        .nth(1)
        .waitFor();
      expect(await owner.getByLabel('pose:left/right, from').inputValue()).toBe('0.5');
      await owner.getByLabel('Further conditions').fill('');
      await shows(owner, before);

      await owner.route('**/graphql', (route) => route.abort());
      await owner.getByLabel('Samples in all').fill('2');
      await owner.getByText('The server cannot be reached').first().waitFor();
      expect(await owner.getByLabel('Samples in all').inputValue()).toBe('2');
      await owner.unroute('**/graphql');
      await owner.getByRole('button', { name: 'Try again' }).first().click();
      await shows(owner, 2);

      await world().viewer.go(`${DATASET}/v/1/query?theta=abc&limit=-1&kind=variation`);
      await viewer.getByText("'theta' is 'abc', and a range such as 0.1..0.5").waitFor();
      await viewer.getByText('Give a whole number from 1').waitFor();
    },
    2 * MINUTE_MS,
  );

  test(
    'identities like one are found, on its page and as a condition',
    async () => {
      const { page: owner } = world().owner;
      await world().owner.go(`${DATASET}/v/1/i/0`);
      const alike = owner.getByRole('list', { name: 'Identities like it' }).getByRole('listitem');
      await alike.first().waitFor();
      await expect.poll(() => alike.count(), SOON).toBe(IDENTITIES - 1);
      await world().owner.go(`${DATASET}/v/1/query?kind=reference`);
      await owner.getByLabel('Number of the identity', { exact: true }).last().fill('0');
      await owner.getByLabel('How many').fill('2');
      await owner.getByRole('button', { name: 'Find' }).click();
      await owner.getByRole('button', { name: 'Select only these' }).waitFor();
      // Who asks for the same again keeps what is there.
      await owner.getByRole('button', { name: 'Find' }).click();
      await owner.getByRole('button', { name: 'Select only these' }).click();
      await shows(owner, 3);
      expect(owner.url()).toContain('only=0');
    },
    2 * MINUTE_MS,
  );
}
