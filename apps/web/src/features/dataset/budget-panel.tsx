'use client';
/** @file The identity budget of a dataset or of a team: meters, least separation, and the dialog that changes it. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { BudgetMeter } from '@/components/budget-meter.tsx';
import { EmptyState } from '@/components/empty-state.tsx';
import { Explain, TERMS } from '@/components/explain.tsx';
import { Panel } from '@/components/panel.tsx';
import type { BudgetFiguresFragment, Role } from '@/generated/graphql.ts';
import { formatDegrees, formatRadians } from '@/lib/format.ts';
import { may } from '@/lib/roles.ts';
import { AngleGlyph } from './angle-glyph.tsx';
import { BurnDown } from './burn-down.tsx';
import { BudgetDialog, type BudgetScope } from './budget-dialog.tsx';
import classes from './dataset.module.css';

interface BudgetPanelProps {
  readonly scope: BudgetScope;
  readonly budget: (BudgetFiguresFragment & Pick<Parameters<typeof BurnDown>[0], 'history'>) | null;
  readonly role: Role;
}

/** The panel on the page of a dataset, and in the settings of a team. */
export function BudgetPanel({ scope, budget, role }: BudgetPanelProps) {
  const [isOpen, dialog] = useDisclosure(false);
  const canSet = may(role, 'setBudget');
  return (
    <Panel
      title={'datasetId' in scope ? 'Identity budget' : 'Identity budget of the team'}
      hint={
        'datasetId' in scope ? undefined : 'Every run reserves from it, beside the dataset’s own.'
      }
      actions={
        canSet && budget !== null ? (
          <Button variant="default" size="xs" onClick={dialog.open}>
            Change
          </Button>
        ) : undefined
      }
    >
      {budget === null ? (
        <EmptyState
          compact
          icon={<IconAdjustmentsHorizontal size={20} />}
          title="No budget yet"
          action={
            canSet ? (
              <Button size="xs" onClick={dialog.open}>
                Set a budget
              </Button>
            ) : undefined
          }
        >
          It says how many people and images{' '}
          {'datasetId' in scope ? 'this dataset' : 'all datasets of the team together'} may hold,
          and how far apart people must be.
        </EmptyState>
      ) : (
        <Stack gap={22}>
          <BudgetMeter
            label="Identities"
            used={budget.usedIdentities}
            reserved={budget.reservedIdentities}
            limit={budget.maxIdentities}
          />
          <BurnDown history={budget.history} limit={budget.maxIdentities} />
          <BudgetMeter
            label="Images"
            used={budget.usedSamples}
            reserved={budget.reservedSamples}
            limit={budget.maxSamples}
          />
          <Group gap="md" wrap="nowrap" className={classes.separation}>
            <AngleGlyph radians={budget.minSeparation} size={52} />
            <div>
              <Text size="sm" c="dimmed">
                <Explain text={TERMS.ict}>Least separation (ICT)</Explain>
              </Text>
              <Text fw={580} size="lg" className="figures">
                {formatRadians(budget.minSeparation)} rad{' '}
                <Text span c="dimmed" size="sm" fw={440}>
                  {formatDegrees(budget.minSeparation)}
                </Text>
              </Text>
            </div>
          </Group>
        </Stack>
      )}
      <BudgetDialog
        key={`${budget?.id ?? 'new'} ${String(isOpen)}`}
        scope={scope}
        budget={budget}
        opened={isOpen}
        onClose={dialog.close}
      />
    </Panel>
  );
}
