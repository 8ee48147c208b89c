'use client';
/** @file Sets or changes the identity budget of a dataset or of a team. */
import { useMutation } from '@apollo/client/react';
import { Alert, Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { Dialog } from '@/components/dialog.tsx';
import { type BudgetFiguresFragment, SetDatasetBudgetDocument } from '@/generated/graphql.ts';
import { describeError } from '@/lib/describe-error.ts';
import { formatCount, formatDegrees } from '@/lib/format.ts';
import { sortUserErrors } from '@/lib/user-errors.ts';
import { AngleGlyph } from './angle-glyph.tsx';

/** What a budget is for. */
export type BudgetScope = { readonly datasetId: string } | { readonly teamId: string };

interface BudgetDialogProps {
  readonly scope: BudgetScope;
  readonly budget: BudgetFiguresFragment | null;
  readonly opened: boolean;
  readonly onClose: () => void;
}

const DEFAULTS = { maxIdentities: 100, maxSamples: 900, minSeparation: 1 };

/** The dialog behind "Set a budget" and "Change". */
export function BudgetDialog({ scope, budget, opened, onClose }: BudgetDialogProps) {
  const [failure, setFailure] = useState<string | null>(null);
  const [setBudget, { loading }] = useMutation(SetDatasetBudgetDocument, {
    refetchQueries: ['datasetId' in scope ? 'DatasetPage' : 'TeamSettingsPage'],
  });
  const form = useForm({
    initialValues: {
      maxIdentities: budget?.maxIdentities ?? DEFAULTS.maxIdentities,
      maxSamples: budget?.maxSamples ?? DEFAULTS.maxSamples,
      minSeparation: budget?.minSeparation ?? DEFAULTS.minSeparation,
    },
    validate: {
      maxIdentities: (value) => (isCount(value) ? null : 'Enter a whole number from 1.'),
      maxSamples: (value, values) => {
        if (!isCount(value)) return 'Enter a whole number from 1.';
        return value < values.maxIdentities
          ? `Every identity has at least one image: at least ${formatCount(values.maxIdentities)}.`
          : null;
      },
      minSeparation: (value) =>
        typeof value === 'number' && value >= 0 && value <= Math.PI
          ? null
          : 'Enter an angle from 0 to 3.14 rad.',
    },
  });
  const submit = form.onSubmit(async (values) => {
    setFailure(null);
    try {
      const { data } = await setBudget({ variables: { input: { ...scope, ...values } } });
      const payload = data?.setIdentityBudget;
      const sorted = sortUserErrors(payload?.userErrors ?? [], Object.keys(values));
      form.setErrors(sorted.fields);
      if (sorted.form.length > 0) setFailure(sorted.form.join(' '));
      if (payload?.budget) onClose();
    } catch (error) {
      setFailure(describeError(error).message);
    }
  });
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={budget === null ? 'Set the identity budget' : 'Change the identity budget'}
    >
      <form onSubmit={submit} noValidate>
        <Stack>
          {failure !== null && <Alert color="clay">{failure}</Alert>}
          <NumberInput
            label="Identities"
            description={
              'datasetId' in scope
                ? 'The most people all versions made by runs may hold together'
                : 'The most people that runs of all datasets of the team may make together'
            }
            min={1}
            allowDecimal={false}
            thousandSeparator=","
            data-autofocus
            {...form.getInputProps('maxIdentities')}
          />
          <NumberInput
            label="Images"
            description="References and variations together"
            min={1}
            allowDecimal={false}
            thousandSeparator=","
            {...form.getInputProps('maxSamples')}
          />
          <Group align="flex-end" wrap="nowrap">
            <NumberInput
              label="Least separation (ICT)"
              description="The angle, in radians, from which two faces count as different people"
              min={0}
              max={Math.PI}
              step={0.05}
              decimalScale={4}
              suffix=" rad"
              flex={1}
              {...form.getInputProps('minSeparation')}
            />
            <Group gap={6} wrap="nowrap" pb={2} w={112}>
              <AngleGlyph radians={form.values.minSeparation} size={40} />
              <Text size="sm" c="dimmed" className="figures">
                {formatDegrees(form.values.minSeparation)}
              </Text>
            </Group>
          </Group>
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={loading}>
              Save budget
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function isCount(value: unknown): value is number {
  return (
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 2_147_483_647
  );
}
