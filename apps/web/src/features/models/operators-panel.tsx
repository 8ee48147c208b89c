/** @file The operators of a model, those in the way of the gradient first. */
import { Text } from '@mantine/core';
import { Panel } from '@/components/panel.tsx';
import type { ModelReportPartsFragment, OperatorGradient } from '@/generated/graphql.ts';
import { formatCount, formatCounted } from '@/lib/format.ts';
import classes from './models.module.css';

const GRADIENTS: Readonly<Record<OperatorGradient, string>> = {
  RULE: 'has a rule',
  NONE_EXISTS: 'none exists',
  REFUSED: 'refused',
  NOT_YET: 'no rule yet',
  UNKNOWN: 'not known',
};

interface OperatorsPanelProps {
  readonly operators: ModelReportPartsFragment['operators'];
}

/** Blocking operators with node and reason, and all others as a list of names with their numbers. */
export function OperatorsPanel({ operators }: OperatorsPanelProps) {
  const blocked = operators.filter(({ blockedAt }) => blockedAt !== null);
  const fine = operators.filter(({ blockedAt }) => blockedAt === null);
  return (
    <Panel title="Operators" hint={formatCounted(operators.length, 'operator', 'operators')}>
      {blocked.length > 0 && (
        <ul className={classes.blocked}>
          {blocked.map(({ operator, count, gradient, blockedAt }) => (
            <li key={operator}>
              <Text fw={560}>
                {operator}{' '}
                <Text span c="dimmed" fw={440}>
                  × {formatCount(count)}, {GRADIENTS[gradient]}
                </Text>
              </Text>
              <Text size="sm" c="dimmed" className={classes.sentence}>
                At node <code>{blockedAt?.node}</code>: {blockedAt?.reason}
              </Text>
            </li>
          ))}
        </ul>
      )}
      <ul className={classes.operators}>
        {fine.map(({ operator, count, gradient }) => (
          <li key={operator} title={`Gradient: ${GRADIENTS[gradient]}`}>
            {operator} <span className="figures">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
