/** @file One thing in the drawing: what it is, its name, a fact, and faces where it has some. */
import { ActionIcon, Tooltip } from '@mantine/core';
import { IconFocusCentered } from '@tabler/icons-react';
import Link from 'next/link';
import { FaceImage } from '@/components/face-image.tsx';
import type { LineageThingFragment } from '@/generated/graphql.ts';
import { lineagePath } from '@/lib/routes.ts';
import type { NodeWords } from './describe.ts';
import { lookOf } from './kinds.ts';
import classes from './lineage.module.css';

interface LineageNodeProps {
  readonly team: string;
  readonly node: LineageThingFragment;
  readonly words: NodeWords | undefined;
}

/** Faces of a node; none for what is no version. */
export function facesOf({ entity }: LineageThingFragment): readonly string[] {
  return entity.__typename === 'DatasetVersion' ? entity.coverImages : [];
}

/** The card. */
export function LineageNodeCard({ team, node, words }: LineageNodeProps) {
  const { word, Icon, fact, href } = lookOf(team, node.entity);
  const faces = facesOf(node);
  const isStart = node.depth === 0;
  return (
    <div className={classes.card} data-start={isStart || undefined}>
      <div className={classes.cardHead}>
        <Icon size={14} stroke={1.8} aria-hidden />
        <span>{word}</span>
        {isStart ? (
          <span className={classes.here}>here</span>
        ) : (
          <Tooltip label={`Lineage of ${node.label}`}>
            <ActionIcon
              component={Link}
              href={lineagePath(team, node.id)}
              size={24}
              aria-label={`Lineage of ${node.label}`}
              className={classes.focus}
            >
              <IconFocusCentered size={14} stroke={1.8} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      {href === null ? (
        <span className={classes.label} title={node.label}>
          {node.label}
        </span>
      ) : (
        <Link href={href} className={classes.label} title={node.label}>
          {node.label}
        </Link>
      )}
      <span className={classes.fact} title={fact}>
        {fact}
        {node.continues && <span className={classes.more}> … more beyond</span>}
      </span>
      {faces.length > 0 && (
        <span className={classes.faces} aria-hidden>
          {faces.map((src) => (
            <FaceImage key={src} src={src} alt="" />
          ))}
        </span>
      )}
      <span className="visually-hidden">{sentenceOf(words)}</span>
    </div>
  );
}

/** What it was made from and what came of it. */
export function sentenceOf(words: NodeWords | undefined): string {
  const { from = [], to = [] } = words ?? {};
  return [
    from.length === 0 ? '' : `Made from ${from.join(', ')}.`,
    to.length === 0 ? '' : `Used for ${to.join(', ')}.`,
  ]
    .join(' ')
    .trim();
}
