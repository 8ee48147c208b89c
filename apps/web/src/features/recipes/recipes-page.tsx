'use client';
/** @file Every recipe of a team, newest first; two of them can be compared. */
import { NetworkStatus } from '@apollo/client';
import { useQuery } from '@apollo/client/react';
import { Box, Button, Checkbox, Group, Skeleton, Table, Text } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import Link from 'next/link';
import { useState } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { type RecipeRowFragment, RecipesPageDocument } from '@/generated/graphql.ts';
import { formatCounted, shortDigest } from '@/lib/format.ts';
import { compareRecipesPath, modelPath, teamPath } from '@/lib/routes.ts';
import classes from './recipes.module.css';

/** The page at `/t/<team>/recipes`. */
export function RecipesPage({ team: slug }: { readonly team: string }) {
  const { data, error, refetch, fetchMore, networkStatus } = useQuery(RecipesPageDocument, {
    variables: { team: slug },
    fetchPolicy: 'cache-and-network',
    notifyOnNetworkStatusChange: true,
  });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={320} role="status" aria-label="Loading the recipes" />;
  }
  const { team } = data;
  if (team === null)
    return <NotFoundState what="team" backHref="/" backLabel="To the start page" />;
  const { edges, pageInfo, totalCount } = team.recipes;
  const recipes = edges.map(({ node }) => node);
  // In the order of their making, whichever was ticked first.
  const pair = recipes.filter(({ id }) => chosen.includes(id)).toReversed();
  const [before, after] = pair;
  return (
    <>
      <PageHeader
        crumbs={[{ label: team.name, href: teamPath(slug) }, { label: 'Recipes' }]}
        title="Recipes"
        description="What runs compute. A change makes a new version under the same name; none is ever altered."
        actions={
          before !== undefined && after !== undefined && pair.length === 2 ? (
            <Button
              component={Link}
              href={compareRecipesPath(slug, { before: before.id, after: after.id })}
            >
              Compare the two
            </Button>
          ) : (
            <Button disabled>Compare the two</Button>
          )
        }
      />
      {recipes.length === 0 ? (
        <EmptyState icon={<IconFileText size={20} />} title="No recipe yet">
          Starting a run keeps its recipe here.
        </EmptyState>
      ) : (
        <Panel
          title="All versions"
          hint={`${formatCounted(totalCount, 'recipe', 'recipes')}; tick two to compare them.`}
          padded={false}
        >
          <Table.ScrollContainer
            minWidth={280}
            scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
          >
            <Table aria-label="Recipes" className={classes.table}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>
                    <span className="visually-hidden">Compare</span>
                  </Table.Th>
                  <Table.Th>Recipe</Table.Th>
                  <Table.Th visibleFrom="md">Generator</Table.Th>
                  <Table.Th visibleFrom="md">Recogniser</Table.Th>
                  <Table.Th visibleFrom="md">Made</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {recipes.map((recipe) => (
                  <Row
                    key={recipe.id}
                    team={slug}
                    recipe={recipe}
                    isChosen={chosen.includes(recipe.id)}
                    onChoose={(isChosen) => {
                      setChosen((current) =>
                        isChosen
                          ? // A third one takes the place of the first.
                            [...current.slice(-1), recipe.id]
                          : current.filter((id) => id !== recipe.id),
                      );
                    }}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {pageInfo.hasNextPage && (
            <Group justify="center" py="md">
              <Button
                variant="subtle"
                size="xs"
                loading={networkStatus === NetworkStatus.fetchMore}
                onClick={() => {
                  fetchMore({ variables: { after: pageInfo.endCursor } }).catch(() => {
                    // The query's own error shows what went wrong.
                  });
                }}
              >
                Older recipes
              </Button>
            </Group>
          )}
        </Panel>
      )}
    </>
  );
}

function Row({
  team,
  recipe,
  isChosen,
  onChoose,
}: {
  readonly team: string;
  readonly recipe: RecipeRowFragment;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}) {
  const { id, name, version, digest, generator, recogniser, createdBy, createdAt } = recipe;
  const model = (kind: string, of: { readonly name: string; readonly version: string }) => (
    <Link href={modelPath(team, { kind, ...of })} className={classes.link}>
      {of.name}@{of.version}
    </Link>
  );
  const made = (
    <Text size="sm" c="dimmed" component="div">
      {createdBy === null ? '' : `${createdBy.name} · `}
      <Moment at={createdAt} />
    </Text>
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          size="xs"
          checked={isChosen}
          aria-label={`Compare ${name}, version ${String(version)}`}
          onChange={(event) => {
            onChoose(event.currentTarget.checked);
          }}
        />
      </Table.Td>
      <Table.Td>
        <Text fw={560}>
          {name}, version {version}
        </Text>
        <Group gap="xs">
          <Text size="xs" c="dimmed">
            <code>{shortDigest(digest)}</code>
          </Text>
          <LineageLink team={team} id={id} of={`${name}, version ${String(version)}`} />
        </Group>
        <Box hiddenFrom="md" mt={4}>
          <Text size="sm" component="div">
            {model('GENERATOR', generator)} and {model('RECOGNISER', recogniser)}
          </Text>
          {made}
        </Box>
      </Table.Td>
      <Table.Td visibleFrom="md">{model('GENERATOR', generator)}</Table.Td>
      <Table.Td visibleFrom="md">{model('RECOGNISER', recogniser)}</Table.Td>
      <Table.Td visibleFrom="md">{made}</Table.Td>
    </Table.Tr>
  );
}
