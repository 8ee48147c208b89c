'use client';
/** @file How a program downloads a release, and goes on where it was interrupted. */
import { Group, Text } from '@mantine/core';
import { CopyText } from '@/components/copy-text.tsx';
import { besideManifest, type ShownManifest } from './release-manifest.ts';
import lists from './lists.module.css';

interface DownloadByProgramProps {
  readonly manifestUrl: string;
  readonly manifest: ShownManifest;
}

/** One command for all files, into the folder it is run in. */
export function DownloadByProgram({ manifestUrl, manifest }: DownloadByProgramProps) {
  const command = downloadCommand(
    [
      ...['manifest.json', 'manifest.sig', 'key.pem'].map((name) =>
        besideManifest(manifestUrl, name),
      ),
      ...manifest.shards.map(({ url }) => url),
    ].map((url) => new URL(url, window.location.href).href),
  );
  return (
    <details className={lists.program}>
      <summary>Download by a program</summary>
      <Text size="sm">
        Put an API key of yours with the scope <code>release.read</code> into <code>KEY</code>; any
        team that you are in will do, and its settings make one. Run it again where it broke, and it
        goes on; a file that is whole is answered with 416 and stays as it is.
      </Text>
      <code className={lists.command}>{command}</code>
      <Group gap="xs">
        <CopyText value={command} label="Copy the download command">
          Copy
        </CopyText>
      </Group>
    </details>
  );
}

/** `-f`: a refusal is not written into the file, where the next attempt would take it for its beginning. */
function downloadCommand(urls: readonly string[]): string {
  return `curl -f -C - --remote-name-all -H "Authorization: Bearer $KEY" \\\n  ${urls.join(' \\\n  ')}`;
}
