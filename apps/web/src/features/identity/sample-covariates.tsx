/** @file Where a variation was placed along the directions of the covariate set. */
import { Group, Text } from '@mantine/core';
import type { SampleTileFragment } from '@/generated/graphql.ts';

interface SampleCovariatesProps {
  readonly covariates: NonNullable<SampleTileFragment['covariates']>;
}

/** The label it was made for, and a weight per direction. */
export function SampleCovariates({ covariates: { label, weights } }: SampleCovariatesProps) {
  return (
    <Group gap="md" mt="sm" className="figures" aria-label="Covariates">
      {label !== null && <strong>{label}</strong>}
      {weights.map(({ direction, weight }) => (
        <Text key={direction} span size="sm">
          {direction}{' '}
          <Text span c="dimmed" size="sm">
            {weight > 0 ? '+' : ''}
            {weight.toFixed(2)}
          </Text>
        </Text>
      ))}
    </Group>
  );
}
