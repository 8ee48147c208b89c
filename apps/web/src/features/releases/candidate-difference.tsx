/** @file A candidate that was reviewed beside the release as it is: version, terms, texts, answers, checks, policy. */
import { Text, Title } from '@mantine/core';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Came, TextDiff, Went } from '@/components/text-diff.tsx';
import type { CandidateFragment, ReviewStandingFragment } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { comparePath } from '@/lib/routes.ts';
import {
  type CandidateChanges,
  candidateChanges,
  type Change,
  type CheckChange,
  checkChanges,
  hasEnded,
  policyChanges,
} from './candidate-changes.ts';
import classes from './changes.module.css';
import { useRelease } from './release-scope.tsx';
import releases from './releases.module.css';
import type { ReleaseTeam } from './types.ts';
import { VersionDifference } from './version-difference.tsx';

interface CandidateDifferenceProps {
  readonly before: CandidateFragment;
  /** Null of a review that is older than what is kept of it. */
  readonly standing: ReviewStandingFragment | null;
  readonly policy: ReleaseTeam['releasePolicy'];
}

/** One section for each part that differs. */
export function CandidateDifference({ before, standing, policy }: CandidateDifferenceProps) {
  const { release } = useRelease();
  const { version, facts, texts, answers } = candidateChanges(before, release);
  const open = release.checks.filter((check) => !hasEnded(check)).length;
  return (
    <div className={classes.root}>
      {version !== null && <VersionSection before={version} />}
      <Facts title="Terms and names" changes={facts} />
      {texts.map(({ label, ...texts }) => (
        <Section key={label} title={label}>
          <TextDiff {...texts} />
        </Section>
      ))}
      <Answers answers={answers} />
      {standing === null ? (
        <Text size="sm" c="dimmed">
          How the checks stood then, and what the team asked for, was not kept.
        </Text>
      ) : (
        <>
          <Checks changes={checkChanges(standing, release.checks)} />
          {open > 0 && (
            <Text size="sm" c="dimmed">
              {formatCounted(open, 'check has', 'checks have')} not ended for the release as it is
              now.
            </Text>
          )}
          <Facts title="What the team asks for" changes={policyChanges(standing, policy)} />
        </>
      )}
    </div>
  );
}

function VersionSection({ before }: { readonly before: NonNullable<CandidateChanges['version']> }) {
  const { release, team, dataset } = useRelease();
  const pair = { before: before.number, after: release.versionNumber };
  return (
    <Section title="Version">
      <ul className={classes.facts}>
        <Fact
          label="Version"
          before={String(before.number)}
          after={String(release.versionNumber)}
        />
      </ul>
      {release.version !== null && (
        <VersionDifference versionId={release.version.id} before={before.id} />
      )}
      <Link href={comparePath(team, dataset, pair)} className={releases.link}>
        Compare version {before.number} with version {release.versionNumber}
      </Link>
    </Section>
  );
}

function Facts({
  title,
  changes,
}: {
  readonly title: string;
  readonly changes: readonly Change[];
}) {
  if (changes.length === 0) return null;
  return (
    <Section title={title}>
      <ul className={classes.facts}>
        {changes.map((change) => (
          <Fact key={change.label} {...change} />
        ))}
      </ul>
    </Section>
  );
}

function Fact({ label, before, after }: Change) {
  return (
    <li>
      {label}: <Went>{before}</Went> <Came>{after}</Came>
    </li>
  );
}

function Answers({ answers }: { readonly answers: readonly Change[] }) {
  if (answers.length === 0) return null;
  return (
    <Section title="Datasheet">
      <ul className={classes.facts}>
        {answers.map(({ label, ...texts }) => (
          <li key={label}>
            <Text fw={580} size="sm">
              {label}
            </Text>
            <TextDiff {...texts} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Checks({ changes }: { readonly changes: readonly CheckChange[] }) {
  if (changes.length === 0) return null;
  return (
    <Section title="Checks">
      <ul className={classes.facts}>
        {changes.map(({ kind, label, before, after, sentenceBefore, sentenceAfter }) => (
          <li key={kind}>
            {label}:{' '}
            {before === after ? (
              after
            ) : (
              <>
                <Went>{before}</Went> <Came>{after}</Came>
              </>
            )}
            {sentenceBefore !== sentenceAfter && (
              <div className={classes.sentence}>
                <TextDiff before={sentenceBefore} after={sentenceAfter} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes.section}>
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </section>
  );
}
