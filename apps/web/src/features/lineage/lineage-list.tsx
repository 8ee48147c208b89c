/** @file The same lineage as lists: what made it, and what came of it, with every relation in words. */
import { Text, Title } from '@mantine/core';
import Link from 'next/link';
import type { LineagePageQuery, LineageThingFragment } from '@/generated/graphql.ts';
import { lineagePath } from '@/lib/routes.ts';
import { describeEdges } from './describe.ts';
import { lookOf } from './kinds.ts';
import classes from './lineage.module.css';
import { sentenceOf } from './lineage-node.tsx';

type Graph = NonNullable<LineagePageQuery['lineage']>;

/** Two lists, the nearest first. */
export function LineageList({ team, graph }: { readonly team: string; readonly graph: Graph }) {
  const words = describeEdges(graph);
  const groups = [
    { title: 'What made it', nodes: graph.nodes.filter(({ depth }) => depth < 0) },
    { title: 'Where this starts', nodes: graph.nodes.filter(({ depth }) => depth === 0) },
    { title: 'What came of it', nodes: graph.nodes.filter(({ depth }) => depth > 0) },
  ].filter(({ nodes }) => nodes.length > 0);
  return (
    <div className={classes.groups}>
      {groups.map(({ title, nodes }) => (
        <section key={title} aria-label={title}>
          <Title order={3}>{title}</Title>
          <ul className={classes.list}>
            {nodes.map((node) => (
              <ListItem
                key={node.id}
                team={team}
                node={node}
                sentence={sentenceOf(words.get(node.id))}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

interface ListItemProps {
  readonly team: string;
  readonly node: LineageThingFragment;
  readonly sentence: string;
}

function ListItem({ team, node, sentence }: ListItemProps) {
  const { word, Icon, fact, href } = lookOf(team, node.entity);
  return (
    <li className={classes.item}>
      <Icon size={18} stroke={1.6} aria-hidden />
      <div>
        <Text span c="dimmed" size="sm">
          {word}{' '}
        </Text>
        {href === null ? (
          <Text span fw={560}>
            {node.label}
          </Text>
        ) : (
          <Link href={href} className={classes.link}>
            {node.label}
          </Link>
        )}
        {fact !== '' && (
          <Text size="sm" c="dimmed">
            {fact}
          </Text>
        )}
        <Text size="sm">{sentence}</Text>
        {node.depth !== 0 && (
          <Link href={lineagePath(team, node.id)} className={classes.quiet}>
            {node.continues ? 'There is more beyond: ' : ''}lineage of {node.label}
          </Link>
        )}
      </div>
    </li>
  );
}
