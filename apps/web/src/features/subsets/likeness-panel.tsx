'use client';
/** @file In the query page: identities like a given one, and taking them as a condition. */
import { useQuery } from '@apollo/client/react';
import { Alert, Button, Group, NumberInput, Text } from '@mantine/core';
import { type FormEvent, useCallback, useState } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { Panel } from '@/components/panel.tsx';
import { IdentityAtDocument } from '@/generated/graphql.ts';
import { SimilarFaces } from './similar-faces.tsx';

const MOST = 500;

interface LikenessPanelProps {
  readonly versionId: string;
  readonly ict: number | null;
  /** The version holds several runs, whose identities have numbers of their own. */
  readonly hasSeveralRuns: boolean;
  readonly hrefOf: (ordinal: number) => string;
  readonly onChoose: (ordinals: readonly number[]) => void;
}

interface Wanted {
  readonly ordinal: number;
  readonly count: number;
}

/** The panel; nothing is looked for before it is asked. */
export function LikenessPanel(props: LikenessPanelProps) {
  const { versionId, ict, hasSeveralRuns, hrefOf, onChoose } = props;
  const [ordinal, setOrdinal] = useState<number | string>('');
  const [count, setCount] = useState<number | string>(12);
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const [found, setFound] = useState<readonly number[]>([]);
  const tell = useCallback((ordinals: readonly number[]) => {
    setFound(ordinals);
  }, []);
  const isFit = isWhole(ordinal, 0, 2 ** 31 - 1) && isWhole(count, 1, MOST);
  const find = (event: FormEvent) => {
    event.preventDefault();
    if (!isFit) return;
    setFound([]);
    setWanted({ ordinal: Number(ordinal), count: Number(count) });
  };
  return (
    <Panel
      title="Like one identity"
      hint="The identities whose references look most like a given one, by the angle of their embeddings."
    >
      <form onSubmit={find}>
        <Group align="flex-end" gap="xs">
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
          {wanted !== null && found.length > 0 && !hasSeveralRuns && (
            <Button
              size="xs"
              variant="light"
              onClick={() => {
                onChoose([wanted.ordinal, ...found].toSorted((a, b) => a - b));
              }}
            >
              Select only these
            </Button>
          )}
        </Group>
      </form>
      {hasSeveralRuns && (
        <Text size="sm" c="dimmed" mt="xs">
          This version holds several runs, whose identities can have the same number: what is found
          cannot be taken as a condition.
        </Text>
      )}
      {wanted !== null && (
        <Found
          key={`${String(wanted.ordinal)} ${String(wanted.count)}`}
          versionId={versionId}
          wanted={wanted}
          ict={ict}
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
  hrefOf,
  onFound,
}: Pick<LikenessPanelProps, 'versionId' | 'ict' | 'hrefOf'> & {
  readonly wanted: Wanted;
  readonly onFound: (ordinals: readonly number[]) => void;
}) {
  const { data, error, refetch } = useQuery(IdentityAtDocument, {
    variables: { version: versionId, ordinal: wanted.ordinal },
  });
  if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  const identity = data.node !== null && 'identity' in data.node ? data.node.identity : null;
  if (identity === null)
    return (
      <Alert color="clay" role="alert" mt="md">
        There is no identity {wanted.ordinal} in this version.
      </Alert>
    );
  return (
    <div style={{ marginTop: 14 }}>
      <SimilarFaces
        versionId={versionId}
        identityId={identity.id}
        count={wanted.count}
        ict={ict}
        hrefOf={hrefOf}
        onFound={onFound}
      />
    </div>
  );
}

function isWhole(value: number | string, least: number, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}
