/** @file How labelled images became latents: residuals of all, and those that were left out with the reason. */
import { Badge, Text } from '@mantine/core';
import { figureColumn, FigureTable, wordColumn } from '@/components/figure-table.tsx';
import { Panel } from '@/components/panel.tsx';
import type { ProjectionPartsFragment } from '@/generated/graphql.ts';
import { formatCounted, formatDuration, formatFigure, formatRadians } from '@/lib/format.ts';
import classes from './sets.module.css';

/** Rows shown at once; the flagged ones come first. */
const MOST_ROWS = 200;

const COLUMNS = [
  wordColumn('Image'),
  wordColumn('Label'),
  figureColumn('Pixel residual'),
  figureColumn('θ, rad'),
  wordColumn('Used'),
];

/** The table of projected images. */
export function ProjectionPanel({ projection }: { readonly projection: ProjectionPartsFragment }) {
  const { images, imageCount, failureCount, steps, seconds } = projection;
  return (
    <Panel
      title="Projection of the images"
      hint={
        <span className="figures">
          {formatCounted(imageCount, 'image', 'images')}, {steps} steps each, in{' '}
          {formatDuration(seconds)}; {failureCount === 0 ? 'none' : failureCount} left out
        </span>
      }
    >
      <FigureTable label="Projected images" columns={COLUMNS}>
        {images.slice(0, MOST_ROWS).map((image) => (
          <tr
            key={`${image.file} ${image.covariate}`}
            data-failed={image.failure !== null || undefined}
          >
            <th scope="row">
              <code>{image.file}</code>
            </th>
            <td>
              {image.identity} · {image.covariate} {image.class}
            </td>
            <td data-figure>{formatFigure(image.pixelResidual)}</td>
            <td data-figure>{formatRadians(image.theta, 3)}</td>
            <td className={classes.used}>
              {image.failure === null ? (
                'yes'
              ) : (
                <>
                  <Badge color="clay" variant="light" mr={8}>
                    left out
                  </Badge>
                  <span className={classes.sentence}>{image.failure}</span>
                </>
              )}
            </td>
          </tr>
        ))}
      </FigureTable>
      {images.length > MOST_ROWS && (
        <Text size="sm" c="dimmed" mt={8}>
          The {MOST_ROWS} worst of {images.length}.
        </Text>
      )}
    </Panel>
  );
}
