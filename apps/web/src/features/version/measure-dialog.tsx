'use client';
/** @file Chooses galleries that a version is to be measured against. */
import { useQuery } from '@apollo/client/react';
import { Alert, Anchor, Button, Checkbox, Group, Loader, Stack, Text } from '@mantine/core';
import Link from 'next/link';
import { type FormEvent, useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import { MeasurableGalleriesDocument, type MeasurableGalleriesQuery } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { formatCounted } from '@/lib/format.ts';
import { galleriesPath } from '@/lib/routes.ts';
import { useMeasure } from './use-measure.ts';
import type { MeasuredVersion } from './use-version-measures.ts';
import classes from './version.module.css';

/** As many as one request takes. */
const MOST = 20;

type Gallery = NonNullable<MeasurableGalleriesQuery['team']>['galleries']['edges'][number]['node'];

interface MeasureDialogProps {
  readonly team: string;
  readonly version: MeasuredVersion;
  readonly onClose: () => void;
}

/** The dialog behind "Measure against a gallery…". */
export function MeasureDialog({ team, version, onClose }: MeasureDialogProps) {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { failure, isBusy, measure } = useMeasure(version.id);
  const { data, error, loading } = useQuery(MeasurableGalleriesDocument, {
    variables: { team },
    fetchPolicy: 'cache-and-network',
  });
  const galleries = data?.team?.galleries.edges.map(({ node }) => node) ?? [];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await measure(chosen)) onClose();
  };
  return (
    <Dialog opened onClose={onClose} title="Measure against a gallery" size="lg">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <Text size="sm" c="dimmed">
            Every image of the version is compared with every face of the gallery, in the
            background. The version stays as it is.
          </Text>
          {(failure !== null || error !== undefined) && (
            <Alert color="clay" role="alert">
              {failure ?? describeError(error).message}
            </Alert>
          )}
          {loading && data === undefined && <Loader size={22} />}
          {data !== undefined && galleries.length === 0 && (
            <Text>
              The team has no gallery yet.{' '}
              <Anchor component={Link} href={galleriesPath(team)}>
                Register one
              </Anchor>{' '}
              from embeddings or images.
            </Text>
          )}
          <Checkbox.Group
            label="Which galleries"
            value={[...chosen]}
            onChange={(next) => {
              setChosen(next.slice(0, MOST));
            }}
          >
            <div className={classes.choices}>
              {galleries.map((gallery) => {
                const obstacle = obstacleOf(gallery, version);
                return (
                  <Checkbox
                    key={gallery.id}
                    value={gallery.id}
                    disabled={obstacle !== null}
                    label={`${gallery.name}@${gallery.version}`}
                    description={
                      obstacle ??
                      `${formatCounted(gallery.count ?? 0, 'face', 'faces')}, by ${gallery.recogniser.name}@${gallery.recogniser.version}`
                    }
                  />
                );
              })}
            </div>
          </Checkbox.Group>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isBusy} disabled={chosen.length === 0}>
              Measure
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** Why a gallery cannot be chosen; null where it can. */
function obstacleOf(gallery: Gallery, version: MeasuredVersion): string | null {
  if (gallery.state !== 'READY') return 'It is not ready.';
  const known = version.measurements.find((each) => each.gallery?.id === gallery.id);
  if (known !== undefined && known.state !== 'FAILED')
    return known.state === 'DONE' ? 'Measured already.' : 'It is being measured.';
  if (
    version.runs.some(
      ({ recipe, imported }) =>
        (recipe?.recogniser ?? imported?.recogniser)?.id !== gallery.recogniser.id,
    )
  )
    return `Of another recogniser, ${gallery.recogniser.name}@${gallery.recogniser.version}.`;
  return null;
}
