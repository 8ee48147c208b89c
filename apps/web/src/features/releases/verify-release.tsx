'use client';
/** @file How somebody makes sure that what they downloaded is what was published. */
import { Button, Group, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { CopyText } from '@/components/copy-text.tsx';
import lists from './lists.module.css';

const FOLDER = 'downloads';
const COMMAND = `./colloid release verify ${FOLDER}/manifest.json --key ${FOLDER}/key.pem --files ${FOLDER}`;

interface VerifyReleaseProps {
  readonly keyId: string;
  /** Where the public key lies, PEM. */
  readonly keyUrl: string;
}

/** The key, the command, and what it compares. */
export function VerifyRelease({ keyId, keyUrl }: VerifyReleaseProps) {
  return (
    <section className={lists.verify} aria-label="How to verify">
      <Text fw={580} component="h3" size="md">
        Is it whole, and is it from here?
      </Text>
      <Text size="sm">
        The manifest holds the SHA-256 of every file and is signed by Ed25519 with the key{' '}
        <code>{keyId}</code> of this installation. Put the files, <code>manifest.json</code>,{' '}
        <code>manifest.sig</code> and the key into one folder, here <code>{FOLDER}</code>, and run
        this in a checkout of Colloid. It asks no server, and files that you left out are listed as
        absent.
      </Text>
      <code className={lists.command}>{COMMAND}</code>
      <Group gap="xs">
        <CopyText value={COMMAND} label="Copy the command">
          Copy
        </CopyText>
        <Button
          component="a"
          variant="default"
          download="key.pem"
          href={keyUrl}
          leftSection={<IconKey size={16} />}
        >
          Public key
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        Somebody who could change this page could change the key on it too: compare its digits with
        those that the team gave you another way.
      </Text>
    </section>
  );
}
