'use client';
/** @file What is written of a release: notes, terms, datasheet. */
import { Badge, Group, Text } from '@mantine/core';
import { Panel } from '@/components/panel.tsx';
import { Prose } from '@/components/prose.tsx';
import type { ReleaseTermsFragment } from '@/generated/graphql.ts';
import { useRelease } from './release-scope.tsx';
import lists from './lists.module.css';
import classes from './releases.module.css';
import { Threads } from './threads.tsx';
import { anchorId, REACH_WORDS } from './words.ts';

/** What is new in it. */
export function NotesPanel() {
  const { release } = useRelease();
  if (release.notes.trim() === '') return null;
  return (
    <Panel title="Notes">
      <Prose text={release.notes} />
    </Panel>
  );
}

/** Licence, reach, and whether one has to agree first. */
export function TermsPanel() {
  const { release } = useRelease();
  return (
    <Panel title="Terms">
      <TermsView terms={release.terms} />
      {release.galleries.length > 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          Checked against{' '}
          {release.galleries.map(({ name, version }) => `${name}@${version}`).join(', ')}.
        </Text>
      )}
      <Threads subject="terms" label="the terms" />
    </Panel>
  );
}

/** The terms alone. */
export function TermsView({ terms }: { readonly terms: ReleaseTermsFragment }) {
  return (
    <>
      <Group gap="xs">
        <Badge>{terms.licence}</Badge>
        <Badge color="gray">{REACH_WORDS[terms.reach]}</Badge>
        {terms.isGated && <Badge color="amber">To be agreed to before a download</Badge>}
      </Group>
      <Text
        className={classes.prose}
        mt="sm"
        c={terms.text === '' ? 'dimmed' : 'var(--mantine-color-text)'}
      >
        {terms.text === '' ? `There is no text beside ${terms.licence}.` : terms.text}
      </Text>
    </>
  );
}

interface DatasheetPanelProps {
  readonly answers: readonly { readonly question: string; readonly answer: string }[];
  /** Without threads, for those who do not review. */
  readonly isReadOnly?: boolean;
}

/** Questions and answers. */
export function DatasheetPanel({ answers, isReadOnly = false }: DatasheetPanelProps) {
  return (
    <Panel title="Datasheet" hint="What somebody has to know before they use the images.">
      {answers.length === 0 ? (
        <Text c="dimmed">No question has been answered yet.</Text>
      ) : (
        <ol className={lists.datasheet}>
          {answers.map(({ question, answer }, index) => {
            const subject = `datasheet:${String(index)}`;
            return (
              <li key={question} id={anchorId(subject)}>
                <Text fw={580} component="h3" size="md">
                  {question}
                </Text>
                {answer.trim() === '' ? (
                  <Text c="var(--mantine-color-error)">Not answered</Text>
                ) : (
                  <Text className={classes.prose}>{answer}</Text>
                )}
                {!isReadOnly && <Threads subject={subject} label={`“${question}”`} />}
              </li>
            );
          })}
        </ol>
      )}
    </Panel>
  );
}
