'use client';
/** @file The operations that this page sends, to be sent by anybody else. */
import { CopyButton, Button, Group, SegmentedControl, Text } from '@mantine/core';
import { print } from 'graphql';
import { useState } from 'react';
import { Panel } from '@/components/panel.tsx';
import {
  SubsetFacetsDocument,
  SubsetSamplesDocument,
  type SubsetSamplesQueryVariables,
} from '@/generated/graphql.ts';
import classes from './subsets.module.css';

/** Printed from the very documents and variables that the page's queries use, so that it cannot say anything else. */
export function GraphqlText({ variables }: { readonly variables: SubsetSamplesQueryVariables }) {
  const [shown, setShown] = useState('samples');
  const { version, query } = variables;
  const operation = print(shown === 'samples' ? SubsetSamplesDocument : SubsetFacetsDocument);
  const values = JSON.stringify(shown === 'samples' ? variables : { version, query }, null, 2);
  return (
    <Panel
      title="The same by GraphQL"
      hint="What this page asks the server, for a program with an API key: POST to /graphql."
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Operation"
          value={shown}
          onChange={setShown}
          data={[
            { value: 'samples', label: 'Faces' },
            { value: 'facets', label: 'Counts' },
          ]}
        />
      }
    >
      <Code label="Operation" text={operation} />
      <Code label="Variables" text={values} />
    </Panel>
  );
}

function Code({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <section aria-label={label}>
      <Group justify="space-between" mb={6} mt={10}>
        <Text size="sm" fw={560}>
          {label}
        </Text>
        <CopyButton value={text} timeout={1600}>
          {({ copied, copy }) => (
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={copy}
              aria-label={`Copy the ${label.toLowerCase()}`}
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
      {/* Reached by keyboard, since it scrolls. */}
      <pre
        className={classes.code}
        tabIndex={0}
        aria-label={`Text of the ${label.toLowerCase()}`}
        role="region"
      >
        {text}
      </pre>
    </section>
  );
}
