'use client';
/** @file The drawing: cards in layers with arrows between them, from what was used to what came of it. */
import { ActionIcon, Group, Skeleton, Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowsMaximize, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { LineagePageQuery, LineageThingFragment } from '@/generated/graphql.ts';
import { describeEdges } from './describe.ts';
import { RELATION_WORDS } from './kinds.ts';
import type { Flow, Placement } from './layout.ts';
import { facesOf, LineageNodeCard } from './lineage-node.tsx';
import classes from './lineage.module.css';

type Graph = NonNullable<LineagePageQuery['lineage']>;

const CARD = { width: 212, height: 84, faces: 50 } as const;
const STEP = 1.25;
const LEAST_SCALE = 0.35;

interface LineageGraphProps {
  readonly team: string;
  readonly graph: Graph;
}

/** The drawing, with what zooms it. The layout is computed after its library has been loaded. */
export function LineageGraph({ team, graph }: LineageGraphProps) {
  const isNarrow = useMediaQuery('(max-width: 48em)') ?? false;
  const flow: Flow = isNarrow ? 'TB' : 'LR';
  const placement = usePlacement(graph, flow);
  const words = useMemo(() => describeEdges(graph), [graph]);
  const [scale, setScale] = useState(1);
  const frame = useRef<HTMLDivElement>(null);
  const marker = useId();
  useEffect(() => {
    const start = placement?.boxes.find(({ id }) => id === graph.nodes[0]?.id);
    const element = frame.current;
    if (start === undefined || element === null) return;
    // The middle of where it starts in the middle of the frame, as far as there is something on both sides.
    element.scrollLeft = start.x + start.width / 2 - element.clientWidth / 2;
    element.scrollTop = start.y + start.height / 2 - element.clientHeight / 2;
  }, [placement, graph]);
  if (placement === null)
    return <Skeleton h={320} role="status" aria-label="Drawing the lineage" />;
  const fit = () => {
    const available = frame.current?.clientWidth ?? placement.width;
    setScale(Math.max(LEAST_SCALE, Math.min(1, available / placement.width)));
  };
  const zoom = (factor: number) => {
    setScale((before) => Math.min(2, Math.max(LEAST_SCALE, before * factor)));
  };
  return (
    <div>
      <Group gap={4} className={classes.zoom}>
        <Zoom label="Smaller" onClick={() => zoom(1 / STEP)}>
          <IconZoomOut size={16} stroke={1.6} />
        </Zoom>
        <Zoom label="Larger" onClick={() => zoom(STEP)}>
          <IconZoomIn size={16} stroke={1.6} />
        </Zoom>
        <Zoom label="Fit the width" onClick={fit}>
          <IconArrowsMaximize size={16} stroke={1.6} />
        </Zoom>
      </Group>
      <div
        className={classes.frame}
        ref={frame}
        role="region"
        aria-label="Lineage, drawn"
        tabIndex={0}
      >
        <div style={{ width: placement.width * scale, height: placement.height * scale }}>
          <div
            className={classes.canvas}
            style={{
              width: placement.width,
              height: placement.height,
              transform: `scale(${String(scale)})`,
            }}
          >
            <Arrows placement={placement} marker={marker} />
            <ul className={classes.cards}>
              {graph.nodes.map((node) => {
                const box = placement.boxes.find(({ id }) => id === node.id);
                if (box === undefined) return null;
                return (
                  <li
                    key={node.id}
                    style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
                    aria-current={node.depth === 0 ? 'true' : undefined}
                  >
                    <LineageNodeCard team={team} node={node} words={words.get(node.id)} />
                  </li>
                );
              })}
            </ul>
          </div>
        </div>
      </div>
    </div>
  );
}

function Zoom({
  label,
  onClick,
  children,
}: {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function Arrows({ placement, marker }: { readonly placement: Placement; readonly marker: string }) {
  return (
    <svg
      className={classes.arrows}
      width={placement.width}
      height={placement.height}
      aria-hidden="true"
    >
      <defs>
        <marker
          id={marker}
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path d="M0 0.8 L7 4 L0 7.2 Z" className={classes.head} />
        </marker>
      </defs>
      {placement.arrows.map(({ sourceId, targetId, label, path }) => (
        <path
          key={`${sourceId} ${targetId} ${label}`}
          d={path}
          className={classes.arrow}
          markerEnd={`url(#${marker})`}
        />
      ))}
      {placement.arrows.map(({ sourceId, targetId, label, x, y }) => (
        <text
          key={`${sourceId} ${targetId} ${label}`}
          x={x}
          y={y}
          className={classes.relation}
          textAnchor="middle"
          dominantBaseline="central"
        >
          {label}
        </text>
      ))}
    </svg>
  );
}

/** Null until it has been computed. */
function usePlacement(graph: Graph, flow: Flow): Placement | null {
  const [placement, setPlacement] = useState<Placement | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void import('./layout.ts').then(({ placeLineage }) => {
      if (!isCurrent) return;
      const arrows = graph.edges.map(({ sourceId, targetId, relation }) => {
        return { sourceId, targetId, label: RELATION_WORDS[relation] };
      });
      setPlacement(placeLineage(graph.nodes.map(boxOf), arrows, flow));
    });
    return () => {
      isCurrent = false;
    };
  }, [graph, flow]);
  return placement;
}

function boxOf(node: LineageThingFragment) {
  const height = CARD.height + (facesOf(node).length > 0 ? CARD.faces : 0);
  return { id: node.id, width: CARD.width, height };
}
