/** @file How much of a budget is used, reserved by running work, and left. */
import { Box, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatCount } from '@/lib/format.ts';
import classes from './budget-meter.module.css';

interface BudgetMeterProps {
  readonly label: string;
  readonly used: number;
  readonly reserved: number;
  readonly limit: number;
  /** Without the line of figures underneath, for cards. */
  readonly compact?: boolean;
}

/** A bar in two tones over its limit, with the figures in words. */
export function BudgetMeter({ label, used, reserved, limit, compact = false }: BudgetMeterProps) {
  const left = Math.max(0, limit - used - reserved);
  const share = (value: number) =>
    `${String(limit === 0 ? 0 : Math.min(100, (value / limit) * 100))}%`;
  return (
    <Box className={classes.root}>
      <Group justify="space-between" gap="xs" wrap="nowrap" className="figures">
        <Text
          size="sm"
          c={compact ? 'dimmed' : 'var(--mantine-color-text)'}
          fw={compact ? 440 : 560}
        >
          {label}
        </Text>
        <Text size="sm" c="dimmed">
          {compact ? (
            `${formatCount(used + reserved)} of ${formatCount(limit)}`
          ) : (
            <>
              <Text span fw={600} c="var(--mantine-color-text)">
                {formatCount(left)}
              </Text>{' '}
              left of {formatCount(limit)}
            </>
          )}
        </Text>
      </Group>
      <div
        className={classes.track}
        role="meter"
        aria-label={`${label}: used and reserved`}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(limit, used + reserved)}
        data-full={left === 0 || undefined}
      >
        {used > 0 && <span className={classes.used} style={{ width: share(used) }} />}
        {reserved > 0 && <span className={classes.reserved} style={{ width: share(reserved) }} />}
      </div>
      {!compact && (
        <Group gap="md" className="figures">
          <Key kind="used">{formatCount(used)} used</Key>
          <Key kind="reserved">{formatCount(reserved)} reserved by runs</Key>
        </Group>
      )}
    </Box>
  );
}

function Key({
  kind,
  children,
}: {
  readonly kind: 'used' | 'reserved';
  readonly children: ReactNode;
}) {
  return (
    <span className={classes.key}>
      <span className={classes.swatch} data-kind={kind} aria-hidden />
      {children}
    </span>
  );
}
