/** @file One direction: the strip of faces from minus to plus, its accuracies, and where its classes lie. */
import { Text } from '@mantine/core';
import { Explain } from '@/components/explain.tsx';
import { FaceImage } from '@/components/face-image.tsx';
import { Panel } from '@/components/panel.tsx';
import type { DirectionPartsFragment } from '@/generated/graphql.ts';
import { formatShare, formatSigned } from '@/lib/format.ts';
import classes from './sets.module.css';
import { SidePlot } from './side-plot.tsx';

const HELD_OUT =
  'Directions are fitted again without every fifth identity, and tested on those: what somebody who was never seen can expect.';

/** The panel of one direction. */
export function DirectionPanel({
  direction,
  onExpired,
}: {
  readonly direction: DirectionPartsFragment;
  readonly onExpired: () => void;
}) {
  const { covariate, negative, positive, strip } = direction;
  const title = `${covariate}: ${negative} to ${positive}`;
  return (
    <Panel
      title={<span className={classes.directionTitle}>{title}</span>}
      hint={
        <span className="figures">
          {formatShare(direction.trainingAccuracy)} of the labelled latents on their own side ·{' '}
          {direction.heldOutAccuracy === null ? (
            'too few identities to hold some out'
          ) : (
            <Explain text={HELD_OUT}>
              {formatShare(direction.heldOutAccuracy)} for identities held out
            </Explain>
          )}
        </span>
      }
    >
      <div className={classes.direction}>
        <div>
          <div
            className={classes.strip}
            tabIndex={0}
            role="group"
            aria-label={`Faces from ${negative} to ${positive}`}
          >
            <div
              className={classes.stripSheet}
              style={{ aspectRatio: `${String(strip.columns)} / ${String(strip.rows)}` }}
            >
              <FaceImage
                src={strip.url}
                alt={`Faces moved from ${negative} to ${positive} in ${String(strip.columns)} steps`}
                onExpired={onExpired}
              />
            </div>
            <div
              className={classes.offsets}
              style={{ gridTemplateColumns: `repeat(${String(strip.columns)}, 1fr)` }}
            >
              {strip.offsets.map((offset) => (
                <span key={offset} className="figures">
                  {formatSigned(offset, 2)}
                </span>
              ))}
            </div>
          </div>
          <Text size="xs" c="dimmed" mt={4}>
            Distance to the plane, latent units: from the mean of {negative} to that of {positive}
          </Text>
        </div>
        <SidePlot direction={direction} />
      </div>
    </Panel>
  );
}
