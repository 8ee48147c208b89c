'use client';
/** @file The files of a published release: agreeing to its terms, downloading, and checking what arrived. */
import { useMutation } from '@apollo/client/react';
import { Alert, Button, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconDownload, IconFileCertificate } from '@tabler/icons-react';
import { useState } from 'react';
import { Panel } from '@/components/panel.tsx';
import {
  AcceptReleaseTermsDocument,
  type ReleaseFilesFragment,
  type ReleaseTermsFragment,
} from '@/generated/graphql.ts';
import { formatBytes, shortDigest } from '@/lib/format.ts';
import { useChange } from '@/lib/use-change.ts';
import { TermsView } from './candidate-panels.tsx';
import { DownloadByProgram } from './download-by-program.tsx';
import { besideManifest, type ReleaseFile } from './release-manifest.ts';
import lists from './lists.module.css';
import classes from './releases.module.css';
import { useManifest } from './use-manifest.ts';
import { VerifyRelease } from './verify-release.tsx';

interface DownloadPanelProps {
  readonly release: ReleaseFilesFragment;
  readonly terms: ReleaseTermsFragment;
}

/** Terms first where they have to be agreed to, then the files. */
export function DownloadPanel({ release, terms }: DownloadPanelProps) {
  const { manifestUrl } = release;
  if (manifestUrl === null) return null;
  if (terms.isGated && !release.hasAcceptedTerms)
    return <TermsGate releaseId={release.id} terms={terms} />;
  return <Files release={release} manifestUrl={manifestUrl} />;
}

function TermsGate({
  releaseId,
  terms,
}: {
  readonly releaseId: string;
  readonly terms: ReleaseTermsFragment;
}) {
  const [hasRead, setRead] = useState(false);
  const { failure, isBusy, run } = useChange();
  const [accept] = useMutation(AcceptReleaseTermsDocument);
  return (
    <Panel title="Terms" hint="Agree to them once, and the files can be downloaded.">
      <Stack gap={16}>
        <TermsView terms={terms} />
        {failure !== null && (
          <Alert color="clay" role="alert">
            {failure}
          </Alert>
        )}
        <Checkbox
          label="I have read these terms and agree to them"
          checked={hasRead}
          onChange={(event) => setRead(event.currentTarget.checked)}
        />
        <Group>
          <Button
            disabled={!hasRead}
            loading={isBusy}
            onClick={() =>
              void run(async () => {
                const variables = { input: { releaseId } };
                return (await accept({ variables })).data?.acceptReleaseTerms.userErrors;
              })
            }
          >
            Accept the terms
          </Button>
          <Text size="sm" c="dimmed">
            Your name, the time and your address are kept with it.
          </Text>
        </Group>
      </Stack>
    </Panel>
  );
}

function Files({
  release,
  manifestUrl,
}: {
  readonly release: ReleaseFilesFragment;
  readonly manifestUrl: string;
}) {
  const [attempt, setAttempt] = useState(0);
  const state = useManifest(manifestUrl, attempt);
  return (
    <Panel
      title="Download"
      hint="Every download goes on where it was interrupted, and is recorded for the team."
    >
      {state.is === 'loading' && (
        <Skeleton h={120} role="status" aria-label="Loading the list of files" />
      )}
      {state.is === 'refused' && (
        <Alert color="clay" role="alert">
          {state.reason}
          <Group mt="xs">
            <Button variant="default" size="xs" onClick={() => setAttempt(attempt + 1)}>
              Try again
            </Button>
          </Group>
        </Alert>
      )}
      {state.is === 'read' && (
        <Stack gap={18}>
          <Group gap="xs">
            {state.manifest.archive !== null && (
              <Button
                component="a"
                href={state.manifest.archive.url}
                download
                leftSection={<IconDownload size={16} />}
              >
                Everything as a zip, {formatBytes(state.manifest.archive.sizeBytes)}
              </Button>
            )}
            <Button
              component="a"
              variant="default"
              href={manifestUrl}
              download="manifest.json"
              leftSection={<IconFileCertificate size={16} />}
            >
              Manifest
            </Button>
            <Button
              component="a"
              variant="default"
              href={besideManifest(manifestUrl, 'manifest.sig')}
              download="manifest.sig"
            >
              Signature
            </Button>
          </Group>
          <FileList files={[...state.manifest.shards, ...state.manifest.texts]} />
          <DownloadByProgram manifestUrl={manifestUrl} manifest={state.manifest} />
          {release.signingKey !== null && (
            <VerifyRelease
              keyId={release.signingKey.id}
              keyUrl={besideManifest(manifestUrl, 'key.pem')}
            />
          )}
        </Stack>
      )}
    </Panel>
  );
}

function FileList({ files }: { readonly files: readonly ReleaseFile[] }) {
  return (
    <ul className={lists.files} aria-label="Files">
      {files.map(({ name, url, sizeBytes, sha256 }) => (
        <li key={name}>
          <a href={url} download className={classes.link}>
            {name}
          </a>
          <Text size="sm" c="dimmed" className="figures">
            {formatBytes(sizeBytes)}
          </Text>
          <code title={sha256}>SHA-256 {shortDigest(sha256)}</code>
        </li>
      ))}
    </ul>
  );
}
