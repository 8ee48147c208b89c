'use client';
/** @file Two recipes side by side, value by value. */
import { useQuery } from '@apollo/client/react';
import { Alert, Button, Skeleton, Switch, Table, Text } from '@mantine/core';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { CompareRecipesDocument } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { compareRecipesPath, recipesPath, teamPath } from '@/lib/routes.ts';
import { formatValue } from './recipe-value.ts';
import classes from './recipes.module.css';

/** The page at `/t/<team>/recipes/compare?before=<id>&after=<id>`. */
export function CompareRecipesPage({ team }: { readonly team: string }) {
  const params = useSearchParams();
  const [before, after] = [params.get('before') ?? '', params.get('after') ?? ''];
  const [isWhole, setWhole] = useState(false);
  const { data, error, refetch } = useQuery(CompareRecipesDocument, {
    variables: { team, before, after },
    skip: before === '' || after === '',
  });
  const missing = (
    <NotFoundState what="recipe" backHref={recipesPath(team)} backLabel="All recipes" />
  );
  if (before === '' || after === '') return missing;
  if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton h={320} role="status" aria-label="Comparing" />;
  const [one, other] = [data.before, data.after];
  if (one === null || other === null || !('comparedWith' in other)) return missing;
  if (!('name' in one)) return missing;
  const rows = other.comparedWith;
  const changed = rows.filter(({ isSame }) => !isSame);
  const shown = isWhole ? rows : changed;
  const title = (recipe: { readonly name: string; readonly version: number }) =>
    `${recipe.name}, version ${String(recipe.version)}`;
  return (
    <>
      <PageHeader
        crumbs={[
          { label: data.team?.name ?? team, href: teamPath(team) },
          { label: 'Recipes', href: recipesPath(team) },
          { label: 'Compare' },
        ]}
        title="Compare recipes"
        description={`${title(one)} and ${title(other)}`}
        actions={
          <Button
            component={Link}
            variant="default"
            href={compareRecipesPath(team, { before: after, after: before })}
          >
            Swap them
          </Button>
        }
      />
      <Panel
        title={
          changed.length === 0
            ? 'No value differs'
            : formatCounted(changed.length, 'value differs', 'values differ')
        }
        hint={`${String(rows.length - changed.length)} are the same.`}
        actions={
          <Switch
            label="Show all"
            checked={isWhole}
            onChange={(event) => {
              setWhole(event.currentTarget.checked);
            }}
          />
        }
      >
        {shown.length === 0 ? (
          <Alert color="gray">
            Both recipes say the same; only their names or versions differ.
          </Alert>
        ) : (
          <Table.ScrollContainer
            minWidth={480}
            scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
          >
            <Table aria-label="Values of both recipes" className="figures">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Value</Table.Th>
                  <Table.Th>{title(one)}</Table.Th>
                  <Table.Th>{title(other)}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((row) => (
                  <Table.Tr key={row.path} data-changed={!row.isSame || undefined}>
                    <Table.Th scope="row" fw={500}>
                      {row.label}
                      {row.symbol === null ? '' : ` ${row.symbol}`}
                      <Text size="xs" c="dimmed">
                        {row.path}
                      </Text>
                    </Table.Th>
                    <Table.Td className={row.isSame ? undefined : classes.before}>
                      {formatValue(row.before, row.unit)}
                    </Table.Td>
                    <Table.Td className={row.isSame ? undefined : classes.after}>
                      {formatValue(row.after, row.unit)}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Panel>
    </>
  );
}
