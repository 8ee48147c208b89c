/** @file LICENCES: the terms of everything that the version was made with allow the terms of the release. */

import { licenceOf, licenceProblem, type LicensedThing, unknownTerms } from '../licences.ts';
import { type Check, type CheckContext, counted } from './check.ts';

export const licences: Check = async (context) => {
  const { licence } = context.release.terms;
  const things = thingsOf(context);
  const target = licenceOf(licence);
  const findings = things.map((thing) => ({
    what: thing.what,
    licence: thing.licence,
    problem: target === null ? null : licenceProblem(thing, licence),
  }));
  const problems = [
    ...(target === null ? [unknownTerms(licence)] : []),
    ...findings.flatMap(({ problem }) => (problem === null ? [] : [problem])),
  ];
  const toName = things.filter((thing) => licenceOf(thing.licence ?? '')?.asksAttribution === true);
  const evidence = {
    terms: licence,
    findings,
    attribution: toName.map(({ what }) => what),
  };
  const [first] = problems;
  if (first !== undefined) {
    const more = problems.length > 1 ? ` ${counted(problems.length - 1, 'problem')} more.` : '';
    return { isPassed: false, sentence: `${first}${more}`, evidence };
  }
  return {
    isPassed: true,
    sentence: `The terms of ${counted(things.length, 'model, gallery, covariate set or import', 'models, galleries, covariate sets and imports')} allow a release under ${target?.id ?? licence}.`,
    evidence,
  };
};

/** What the version was made with, and what that was made with, each thing once. */
function thingsOf({ version }: CheckContext): readonly LicensedThing[] {
  const things = new Map<string, LicensedThing>();
  for (const { number, recogniser, imported, recipe } of version.parts) {
    const { generator, gallery, covariateSet } = recipe ?? {};
    const named = [
      ['the generator', generator],
      ['the recogniser', recogniser],
      ['the gallery', gallery],
      ['the recogniser', gallery?.recogniserVersion],
      ['the covariate set', covariateSet],
      ['the generator', covariateSet?.generatorVersion],
      ['the recogniser', covariateSet?.recogniserVersion],
    ] as const;
    if (imported !== null) {
      things.set(`import ${imported.runId}`, {
        what: `the images of run ${number}, imported from '${imported.name}',`,
        licence: imported.licence,
        stateAgain: 'import them again with their licence',
      });
    }
    for (const [kind, thing] of named) {
      if (thing === null || thing === undefined) continue;
      const what = `${kind} '${thing.name}@${thing.version}'`;
      things.set(`${kind} ${thing.id}`, { what, licence: thing.licence });
    }
  }
  return [...things.values()];
}
