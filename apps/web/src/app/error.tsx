'use client';
/** @file What is shown when a page itself breaks. */
import { Button, Center } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { EmptyState } from '@/components/empty-state.tsx';

export default function ErrorPage({
  error,
  reset,
}: {
  readonly error: Error & { digest?: string };
  readonly reset: () => void;
}) {
  return (
    <Center mih="70dvh" p="md" component="main" role="alert">
      <EmptyState
        icon={<IconAlertTriangle size={22} />}
        title="This page broke"
        action={<Button onClick={reset}>Load it again</Button>}
      >
        Nothing that was saved is lost. If loading it again does not help, tell whoever runs Colloid
        what you were doing{error.digest === undefined ? '' : ` and this number: ${error.digest}`}.
      </EmptyState>
    </Center>
  );
}
