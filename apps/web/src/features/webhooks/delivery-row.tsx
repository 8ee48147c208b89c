'use client';
/** @file One delivery with its tries and its body. */
import { Badge, Button, Text } from '@mantine/core';
import { useState } from 'react';
import { Moment } from '@/components/moment.tsx';
import type { DeliveryRowFragment, DeliveryState } from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import classes from '../team/team.module.css';

const STATES: Record<DeliveryState, { readonly word: string; readonly color: string }> = {
  PENDING: { word: 'On its way', color: 'gray' },
  DELIVERED: { word: 'Delivered', color: 'verdigris' },
  FAILED: { word: 'Given up', color: 'clay' },
};

interface DeliveryRowProps {
  readonly delivery: DeliveryRowFragment;
  /** Left out where nothing can be sent. */
  readonly onAgain: (() => void) | undefined;
}

/** Tried without success, and not given up. */
const AGAIN = { word: 'To be tried again', color: 'amber' };

/** What happened, how it went, and on demand every try and the body. */
export function DeliveryRow({ delivery, onAgain }: DeliveryRowProps) {
  const [isOpen, setOpen] = useState(false);
  const { id, action, state, attempts } = delivery;
  const { word, color } = state === 'PENDING' && attempts.length > 0 ? AGAIN : STATES[state];
  const last = attempts.at(-1);
  const detail = `delivery-${id}`;
  return (
    <li className={classes.row} data-open={isOpen || undefined}>
      <div className={classes.rowMain}>
        <Text fw={560}>
          {action}
          {delivery.isRedelivery && ', sent again'}
        </Text>
        <Text size="sm" c="dimmed" component="div">
          <Moment at={delivery.createdAt} />
          {attempts.length > 0 && ` · ${formatCounted(attempts.length, 'try', 'tries')}`}
          {last?.status != null && ` · status ${String(last.status)}`}
        </Text>
        {!isOpen && last?.error != null && <Text size="sm">{last.error}</Text>}
        {isOpen && (
          <div id={detail}>
            <ul className={classes.list} aria-label="Tries">
              {attempts.map((attempt) => (
                <li key={attempt.number}>
                  <Text size="sm" component="div">
                    {attempt.number}. <Moment at={attempt.at} />, {attempt.milliseconds} ms:{' '}
                    {attempt.error ?? `status ${String(attempt.status)}`}
                  </Text>
                </li>
              ))}
            </ul>
            <pre className={classes.json}>{JSON.stringify(delivery.payload, null, 1)}</pre>
          </div>
        )}
      </div>
      <Badge color={color}>{word}</Badge>
      <Button
        variant="default"
        size="xs"
        aria-expanded={isOpen}
        aria-controls={detail}
        aria-label={`Details of the delivery ${action}`}
        onClick={() => setOpen(!isOpen)}
      >
        Details
      </Button>
      {state !== 'PENDING' && onAgain !== undefined && (
        <Button
          variant="default"
          size="xs"
          aria-label={`Send the delivery ${action} again`}
          onClick={onAgain}
        >
          Send again
        </Button>
      )}
    </li>
  );
}
