/** @file LICENCES: the terms of everything that the version was made with allow the terms of the release. */

import type { UpstreamThing } from '@colloid/catalog';

import { licenceOf, licenceProblem, type LicensedThing, unknownTerms } from '../licences.ts';
import { type Check, type CheckContext, counted } from './check.ts';

export const licences: Check = async (context) => {
  const { licence } = context.release.terms;
  const upstream = await context.contents.upstreamOf(context.version);
  const things = thingsOf(context, upstream.things);
  const target = licenceOf(licence);
  const findings = things.map((thing) => ({
    what: thing.what,
    licence: thing.licence,
    problem: target === null ? null : licenceProblem(thing, licence),
  }));
  const problems = [
    ...(target === null ? [unknownTerms(licence)] : []),
    ...findings.flatMap(({ problem }) => (problem === null ? [] : [problem])),
    ...(upstream.isTruncated
      ? [
          'The version comes from more things than the check follows, so the terms of some are not known; release one with a shorter history.',
        ]
      : []),
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

/** What the version was made with, what that was made with, and what lies further up, each thing once. */
function thingsOf(
  { version }: CheckContext,
  upstream: readonly UpstreamThing[],
): readonly LicensedThing[] {
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
  for (const { kind, id, name, version: number, licence } of upstream) {
    const key = `the ${kind} ${id}`;
    if (!things.has(key)) things.set(key, { what: `the ${kind} '${name}@${number}'`, licence });
  }
  return [...things.values()];
}
