'use client';
/** @file In the query page: identities like a given one, and taking them as a condition. */
import { useQuery } from '@apollo/client/react';
import { Alert, Button, Group, NativeSelect, NumberInput } from '@mantine/core';
import { type FormEvent, useCallback, useState } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { Panel } from '@/components/panel.tsx';
import { IdentityAtDocument } from '@/generated/graphql.ts';
import type { IdentityPlace } from '@/lib/identity-place.ts';
import type { ChosenIdentity } from './chosen-identities.ts';
import { SimilarFaces } from './similar-faces.tsx';

const MOST = 500;

interface LikenessPanelProps {
  readonly versionId: string;
  readonly ict: number | null;
  /** Numbers of the version's runs, each of which numbers its identities from 0. */
  readonly runNumbers: readonly number[];
  readonly hrefOf: (identity: IdentityPlace) => string;
  readonly onChoose: (identities: readonly ChosenIdentity[]) => void;
}

interface Wanted extends IdentityPlace {
  readonly count: number;
}

/** The panel; nothing is looked for before it is asked. */
export function LikenessPanel(props: LikenessPanelProps) {
  const { versionId, ict, runNumbers, hrefOf, onChoose } = props;
  const [firstRun = 0] = runNumbers;
  const hasSeveralRuns = runNumbers.length > 1;
  const [runNumber, setRunNumber] = useState(firstRun);
  const [ordinal, setOrdinal] = useState<number | string>('');
  const [count, setCount] = useState<number | string>(12);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const [found, setFound] = useState<readonly IdentityPlace[]>([]);
  const tell = useCallback((identities: readonly IdentityPlace[]) => {
    setFound(identities);
  }, []);
  const isFit = isWhole(ordinal, 0, 2 ** 31 - 1) && isWhole(count, 1, MOST);
  const find = (event: FormEvent) => {
    event.preventDefault();
    if (!isFit) return;
    const next: Wanted = { runNumber, ordinal: Number(ordinal), count: Number(count) };
    // What is there already would not be told again.
    if (wanted !== null && nameOf(next) === nameOf(wanted)) return;
    setFound([]);
    setWanted(next);
  };
  const choose = ({ runNumber: run, ordinal: number }: Wanted) => {
    const all = [{ runNumber: run, ordinal: number }, ...found].toSorted(
      (a, b) => a.runNumber - b.runNumber || a.ordinal - b.ordinal,
    );
    // The identities of one run need no run in the address.
    const runOf = (place: IdentityPlace) => (hasSeveralRuns ? place.runNumber : null);
    onChoose(all.map((place) => ({ runNumber: runOf(place), ordinal: place.ordinal })));
  };
  return (
    <Panel
      title="Like one identity"
      hint="The identities whose references look most like a given one, by the angle of their embeddings."
    >
      <form onSubmit={find}>
        <Group align="flex-end" gap="xs">
          {hasSeveralRuns && (
            <NativeSelect
              label="Run"
              w={110}
              size="xs"
              data={runNumbers.map((number) => ({
                value: String(number),
                label: `run ${String(number)}`,
              }))}
              value={String(runNumber)}
              onChange={(event) => {
                setRunNumber(Number(event.currentTarget.value));
              }}
            />
          )}
          <NumberInput
            label="Number of the identity"
            w={170}
            size="xs"
            min={0}
            allowDecimal={false}
            value={ordinal}
            onChange={setOrdinal}
          />
          <NumberInput
            label="How many"
            w={110}
            size="xs"
            min={1}
            max={MOST}
            allowDecimal={false}
            value={count}
            onChange={setCount}
          />
          <Button type="submit" size="xs" variant="default" disabled={!isFit}>
            Find
          </Button>
          {wanted !== null && found.length > 0 && (
            <Button
              size="xs"
              variant="light"
              onClick={() => {
                choose(wanted);
              }}
            >
              Select only these
            </Button>
          )}
        </Group>
      </form>
      {wanted !== null && (
        <Found
          key={nameOf(wanted)}
          versionId={versionId}
          wanted={wanted}
          ict={ict}
          hasSeveralRuns={hasSeveralRuns}
          hrefOf={hrefOf}
          onFound={tell}
        />
      )}
    </Panel>
  );
}

function Found({
  versionId,
  wanted,
  ict,
  hasSeveralRuns,
  hrefOf,
  onFound,
}: Pick<LikenessPanelProps, 'versionId' | 'ict' | 'hrefOf'> & {
  readonly wanted: Wanted;
  readonly hasSeveralRuns: boolean;
  readonly onFound: (identities: readonly IdentityPlace[]) => void;
}) {
  const { data, error, refetch } = useQuery(IdentityAtDocument, {
    variables: { version: versionId, ordinal: wanted.ordinal, run: wanted.runNumber },
  });
  if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  const identity = data.node !== null && 'identity' in data.node ? data.node.identity : null;
  if (identity === null)
    return (
      <Alert color="clay" role="alert" mt="md">
        {hasSeveralRuns
          ? `Run ${String(wanted.runNumber)} has no identity ${String(wanted.ordinal)} in this version.`
          : `There is no identity ${String(wanted.ordinal)} in this version.`}
      </Alert>
    );
  return (
    <div style={{ marginTop: 14 }}>
      <SimilarFaces
        versionId={versionId}
        identityId={identity.id}
        count={wanted.count}
        ict={ict}
        hasSeveralRuns={hasSeveralRuns}
        hrefOf={hrefOf}
        onFound={onFound}
      />
    </div>
  );
}

function nameOf({ runNumber, ordinal, count }: Wanted): string {
  return `${String(runNumber)} ${String(ordinal)} ${String(count)}`;
}

function isWhole(value: number | string, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
