'use client';
/** @file Puts versions of a dataset together: which ones, what they share, and the new version. */
import { useMutation, useQuery } from '@apollo/client/react';
import { Alert, Button, Checkbox, Group, Loader, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import {
  MergeCheckDocument,
  type MergeCheckQuery,
  MergeChoicesDocument,
  MergeVersionsDocument,
} from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { formatCounted } from '@/lib/format.ts';
import { versionPath } from '@/lib/routes.ts';
import { useChange } from '@/lib/use-change.ts';
import { useLeave } from '@/lib/use-leave.ts';
import classes from './compare.module.css';

const MOST = 20;

type Check = Extract<NonNullable<MergeCheckQuery['node']>, { mergeCheck: unknown }>['mergeCheck'];

interface MergeDialogProps {
  readonly team: string;
  readonly dataset: { readonly id: string; readonly slug: string };
  readonly onClose: () => void;
}

/** The dialog; collisions are shown before anything can be merged. */
export function MergeDialog({ team, dataset, onClose }: MergeDialogProps) {
  const { isLeaving, leave } = useLeave();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [isUnited, setUnited] = useState(false);
  const [message, setMessage] = useState('');
  const { failure, isBusy, run } = useChange();
  const choices = useQuery(MergeChoicesDocument, {
    variables: { id: dataset.id },
    fetchPolicy: 'network-only',
  });
  const isEnough = chosen.length >= 2 && chosen.length <= MOST;
  const checked = useQuery(MergeCheckDocument, {
    variables: { id: dataset.id, versionIds: [...chosen] },
    skip: !isEnough,
    fetchPolicy: 'network-only',
  });
  const [mergeVersions] = useMutation(MergeVersionsDocument, { refetchQueries: ['DatasetPage'] });
  const node = choices.data?.node;
  const versions = node && 'versions' in node ? node.versions.edges.map((edge) => edge.node) : [];
  const answer = checked.data?.node;
  const check = isEnough && answer && 'mergeCheck' in answer ? answer.mergeCheck : null;
  const overlaps = check !== null && check.overlaps.length > 0;
  const isReady = check !== null && check.twins.length === 0 && (!overlaps || isUnited);
  const merge = () =>
    run(async () => {
      const input = {
        versionIds: [...chosen],
        onCollision: overlaps && isUnited ? ('UNITE' as const) : ('REFUSE' as const),
        message: message.trim(),
      };
      const { data } = await mergeVersions({ variables: { input } });
      const made = data?.mergeVersions;
      if (made?.version) leave(versionPath(team, dataset.slug, made.version.number));
      return made?.userErrors;
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void merge();
  };
  const error = choices.error ?? checked.error;
  return (
    <Dialog opened onClose={onClose} title="Merge versions" size="lg">
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm" c="dimmed">
            The versions together become a new one. No image is made, so no budget is spent, and
            they stay as they are.
          </Text>
          {(failure !== null || error !== undefined) && (
            <Alert color="clay" role="alert">
              {failure ?? describeError(error).message}
            </Alert>
          )}
          {choices.loading && <Loader size={22} />}
          <Checkbox.Group
            label={`Which versions, 2 to ${String(MOST)}`}
            value={[...chosen]}
            onChange={(next) => {
              setChosen(next);
              setUnited(false);
            }}
          >
            <div className={classes.choices}>
              {versions.map(({ id, number, message: words, identityCount, sampleCount }) => (
                <Checkbox
                  key={id}
                  value={id}
                  label={`Version ${String(number)}`}
                  description={[
                    words,
                    formatCounted(identityCount, 'identity', 'identities'),
                    formatCounted(sampleCount, 'image', 'images'),
                  ]
                    .filter((part) => part !== '')
                    .join(' · ')}
                />
              ))}
            </div>
          </Checkbox.Group>
          <div aria-live="polite">
            {isEnough && checked.loading && <Text size="sm">Looking for what they share…</Text>}
            {check !== null && <Collisions check={check} />}
          </div>
          {overlaps && check.twins.length === 0 && (
            <Checkbox
              checked={isUnited}
              label="Unite them: keep each sample once"
              onChange={(event) => {
                setUnited(event.currentTarget.checked);
              }}
            />
          )}
          <TextInput
            label="What is it for?"
            maxLength={1000}
            value={message}
            onChange={(event) => {
              setMessage(event.currentTarget.value);
            }}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy || isLeaving} disabled={!isReady}>
              Merge
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function Collisions({ check: { overlaps, twins } }: { readonly check: Check }) {
  if (overlaps.length === 0 && twins.length === 0)
    return <Alert color="verdigris">They share nothing.</Alert>;
  return (
    <Alert color={twins.length > 0 ? 'clay' : 'amber'}>
      {overlaps.map(({ runNumber, versionNumbers }) => (
        <Text key={runNumber} size="sm">
          Run {runNumber} is part of versions {versionNumbers.join(' and ')}.
        </Text>
      ))}
      {twins.map(({ runNumbers }) => (
        <Text key={runNumbers.join(' ')} size="sm">
          Runs {runNumbers.join(' and ')} made the same faces, so the union would hold each of them
          twice; leave one out.
        </Text>
      ))}
    </Alert>
  );
}
