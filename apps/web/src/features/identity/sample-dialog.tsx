'use client';
/** @file One variation large beside the reference, with its figures and ways to share it. */
import { Button, Group, Text } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { CopyText } from '@/components/copy-text.tsx';
import { Dialog } from '@/components/dialog.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import type { SampleTileFragment } from '@/generated/graphql.ts';
import { formatBytes, formatDegrees, formatRadians } from '@/lib/format.ts';
import classes from './identity.module.css';
import { SampleCovariates } from './sample-covariates.tsx';

interface SampleDialogProps {
  readonly sample: SampleTileFragment | null;
  readonly referenceUrl: string;
  readonly identityName: string;
  readonly onClose: () => void;
}

/** Open while there is a sample. */
export function SampleDialog({ sample, referenceUrl, identityName, onClose }: SampleDialogProps) {
  return (
    <Dialog
      opened={sample !== null}
      onClose={onClose}
      size={680}
      title={sample === null ? '' : `${identityName}, variation ${String(sample.ordinal)}`}
    >
      {sample !== null && (
        <>
          <div className={classes.compare}>
            <figure className={classes.portrait}>
              <FaceImage src={referenceUrl} alt="Reference" loading="eager" />
              <figcaption>Reference</figcaption>
            </figure>
            <figure className={classes.portrait}>
              <FaceImage
                src={sample.large}
                alt={`Variation ${String(sample.ordinal)}`}
                loading="eager"
              />
              <figcaption>Variation {sample.ordinal}</figcaption>
            </figure>
          </div>
          {sample.covariates !== null && <SampleCovariates covariates={sample.covariates} />}
          <Group justify="space-between" mt="md" gap="sm">
            <Text className="figures">
              <strong>{formatRadians(sample.distanceToReference, 3)} rad</strong>{' '}
              <Text span c="dimmed">
                ({formatDegrees(sample.distanceToReference)}) from the reference ·{' '}
                {formatBytes(sample.imageBytes)}
              </Text>
            </Text>
            <Group gap="xs">
              <CopyText value={window.location.href} label="Copy a link to this variation">
                Copy link
              </CopyText>
              <Button
                component="a"
                href={sample.large}
                target="_blank"
                rel="noreferrer"
                variant="default"
                leftSection={<IconExternalLink size={15} />}
              >
                Open image
              </Button>
            </Group>
          </Group>
        </>
      )}
    </Dialog>
  );
}
