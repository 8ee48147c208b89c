import { expect, test } from 'vitest';

import { LICENCES, licenceOf, licenceProblem } from './licences.ts';

const model = (licence: string | null) => ({ what: "the generator 'g@1'", licence });

test('what a model asks is asked of every release made with it', () => {
  const allowed: readonly (readonly [string, string])[] = [
    ['MIT', 'CC-BY-4.0'],
    ['CC0-1.0', 'CC0-1.0'],
    ['CC-BY-NC-4.0', 'CC-BY-NC-SA-4.0'],
    ['CC-BY-SA-4.0', 'CC-BY-SA-4.0'],
    ['apache-2.0', ' cc-by-nc-4.0 '],
    ['LicenseRef-Nvidia-Source-Code-NC', 'CC-BY-NC-4.0'],
    ['OpenRAIL++-M', 'OpenRAIL++-M'],
  ];
  for (const [source, terms] of allowed) expect(licenceProblem(model(source), terms)).toBeNull();
  const refused: readonly (readonly [string | null, string, RegExp])[] = [
    ['CC-BY-NC-4.0', 'CC-BY-4.0', /no commercial use/],
    ['CC-BY-SA-4.0', 'CC-BY-4.0', /choose CC-BY-SA-4.0/],
    ['CC-BY-ND-4.0', 'CC-BY-4.0', /lets nothing be passed on/],
    ['CreativeML-OpenRAIL-M', 'CC-BY-4.0', /limits of use/],
    ['free for friends', 'CC-BY-4.0', /'free for friends'.*not known/],
    ['MIT', 'do what you like', /terms of the release, are not known/],
    [null, 'CC-BY-4.0', /Nobody has said/],
    ['  ', 'CC-BY-4.0', /Nobody has said/],
  ];
  for (const [source, terms, reason] of refused)
    expect(licenceProblem(model(source), terms)).toMatch(reason);
});

test('no terms are weaker than the ones that they pass on', () => {
  for (const source of Object.keys(LICENCES))
    for (const terms of Object.keys(LICENCES)) {
      if (licenceProblem(model(source), terms) !== null) continue;
      const [from, to] = [licenceOf(source), licenceOf(terms)];
      expect(to?.isCommercial === true && from?.isCommercial === false).toBe(false);
      expect(from?.isShareable).toBe(true);
    }
});
