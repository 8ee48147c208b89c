'use client';
/** @file Faces moving apart: the preview sheets of a run as a film with a scrubber. */
import { ActionIcon, Group, Slider, Text, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { PreviewSheetFragment } from '@/generated/graphql.ts';
import classes from './run.module.css';

const FRAME_MS = 420;
const HOLD_LAST_FRAMES = 4;

interface PreviewPlayerProps {
  readonly previews: readonly PreviewSheetFragment[];
  readonly isLive: boolean;
}

/** Shows the newest sheet while a run is live; any other on demand, by hand or as a film. */
export function PreviewPlayer({ previews, isLive }: PreviewPlayerProps) {
  // null: follow the newest.
  const [chosen, setChosen] = useState<number | null>(null);
  const [isPlaying, setPlaying] = useState(false);
  const last = previews.length - 1;
  const index = Math.min(chosen ?? last, last);
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setInterval(() => {
      setChosen((current) => ((current ?? -1) + 1) % (last + 1 + HOLD_LAST_FRAMES));
    }, FRAME_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isPlaying, last]);
  const shown = previews[index];
  if (shown === undefined) return null;
  return (
    <div>
      <div
        className={classes.sheet}
        style={{ aspectRatio: `${String(shown.columns)} / ${String(shown.rows)}` }}
      >
        {previews.map((preview, at) => (
          // All sheets stay mounted, so that moving through them does not flicker.
          <img
            key={preview.iteration}
            src={preview.url}
            alt={
              at === index
                ? `Faces at iteration ${String(preview.iteration)}, ${String(preview.columns)} by ${String(preview.rows)}`
                : ''
            }
            aria-hidden={at !== index}
            data-shown={at === index || undefined}
            decoding="async"
            draggable={false}
          />
        ))}
      </div>
      <Group gap="sm" mt={12} wrap="nowrap">
        <ActionIcon
          variant="default"
          size={34}
          radius="xl"
          aria-label={isPlaying ? 'Pause' : 'Play'}
          disabled={last < 1}
          onClick={() => {
            if (!isPlaying && index >= last) setChosen(0);
            setPlaying(!isPlaying);
          }}
        >
          {isPlaying ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
        </ActionIcon>
        <Slider
          flex={1}
          size="sm"
          min={0}
          max={Math.max(1, last)}
          value={index}
          label={(value) => `Iteration ${String(previews[value]?.iteration ?? 0)}`}
          thumbLabel="Iteration shown"
          disabled={last < 1}
          onChange={(value) => {
            setPlaying(false);
            setChosen(isLive && value === last ? null : value);
          }}
        />
        <Tooltip label={chosen === null && isLive ? 'Follows the run' : 'Iteration shown'}>
          <Text size="sm" c="dimmed" className="figures" w={92} ta="right">
            iteration {shown.iteration}
          </Text>
        </Tooltip>
      </Group>
    </div>
  );
}
