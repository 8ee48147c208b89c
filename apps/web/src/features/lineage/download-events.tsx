'use client';
/** @file The lineage on the page as a file of OpenLineage's events. */
import { useApolloClient } from '@apollo/client/react';
import { Alert, Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { type LineageDirection, LineageEventsDocument } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';

interface DownloadEventsProps {
  readonly id: string;
  readonly direction: LineageDirection;
  readonly depth: number;
}

/** One event a line, as tools of OpenLineage read them. */
export function DownloadEvents(props: DownloadEventsProps) {
  const client = useApolloClient();
  const [isLoading, setLoading] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const download = async () => {
    setLoading(true);
    setFailure(null);
    try {
      const { data } = await client.query({
        query: LineageEventsDocument,
        variables: props,
        fetchPolicy: 'no-cache',
      });
      const events = data?.lineage?.openLineage ?? [];
      save(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    } catch (error) {
      setFailure(describeError(error).message);
    }
    setLoading(false);
  };
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} stroke={1.7} />}
        loading={isLoading}
        onClick={() => void download()}
      >
        OpenLineage
      </Button>
      {failure !== null && (
        <Alert color="clay" role="alert">
          {failure}
        </Alert>
      )}
    </>
  );
}

function save(text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = 'lineage.ndjson';
  link.click();
  URL.revokeObjectURL(address);
}
