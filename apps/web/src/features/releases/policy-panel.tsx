'use client';
/** @file What a team asks of a release before it may be published. Owners set it; everybody sees it. */
import { useMutation, useQuery } from '@apollo/client/react';
import {
  Alert,
  Button,
  Checkbox,
  Group,
  NativeSelect,
  NumberInput,
  Stack,
  Text,
} from '@mantine/core';
import { useState } from 'react';
import { ErrorState } from '@/components/error-state.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  type ReleaseCheckKind,
  type Role,
  SetReleasePolicyDocument,
  TeamReleasePolicyDocument,
  type TeamReleasePolicyQuery,
} from '@/generated/graphql.ts';
import { hasRole, may, ROLES } from '@/lib/roles.ts';
import { useChange } from '@/lib/use-change.ts';
import { CHECKS } from './words.ts';

type Policy = NonNullable<TeamReleasePolicyQuery['team']>['releasePolicy'];

const KINDS = Object.keys(CHECKS) as ReleaseCheckKind[];

/** The panel in the team's settings. */
export function ReleasePolicyPanel({
  team,
}: {
  readonly team: { readonly id: string; readonly slug: string };
}) {
  const { data, error, refetch } = useQuery(TeamReleasePolicyDocument, {
    variables: { team: team.slug },
    fetchPolicy: 'cache-and-network',
  });
  if (data === undefined && error !== undefined) {
    return (
      <Panel title="Releases">
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Panel>
    );
  }
  if (data === undefined || data.team === null) return null;
  const { releasePolicy: policy, viewerRole } = data.team;
  return (
    <Panel
      title="Releases"
      hint="What a release needs before it can be published. Whoever has edited it never counts."
    >
      {may(viewerRole, 'setReleasePolicy') ? (
        <PolicyForm teamId={team.id} policy={policy} />
      ) : (
        <PolicyWords policy={policy} />
      )}
    </Panel>
  );
}

function PolicyWords({ policy }: { readonly policy: Policy }) {
  const role = ROLES.find((each) => each.role === policy.approverRole)?.word ?? '';
  return (
    <Text>
      {policy.approvalsNeeded === 1
        ? 'One approval'
        : `${String(policy.approvalsNeeded)} approvals`}{' '}
      by somebody with the role {role} or higher, and these checks passed:{' '}
      {policy.requiredChecks.map((kind) => CHECKS[kind].word).join(', ') || 'none'}.
    </Text>
  );
}

function PolicyForm({ teamId, policy }: { readonly teamId: string; readonly policy: Policy }) {
  const [approvals, setApprovals] = useState<number | string>(policy.approvalsNeeded);
  const [role, setRole] = useState<Role>(policy.approverRole);
  const [checks, setChecks] = useState<readonly string[]>(policy.requiredChecks);
  const [isSaved, setSaved] = useState(false);
  const { failure, isBusy, run } = useChange();
  const [save] = useMutation(SetReleasePolicyDocument, { refetchQueries: ['TeamReleasePolicy'] });
  const submit = () =>
    run(async () => {
      const input = {
        teamId,
        approvalsNeeded: Number(approvals),
        approverRole: role,
        requiredChecks: KINDS.filter((kind) => checks.includes(kind)),
      };
      return (await save({ variables: { input } })).data?.setReleasePolicy.userErrors;
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setSaved(false);
        void submit().then(setSaved);
      }}
    >
      <Stack gap={16}>
        <Group align="flex-end" gap="sm">
          <NumberInput
            label="Approvals needed"
            min={1}
            max={10}
            allowDecimal={false}
            w={150}
            value={approvals}
            onChange={setApprovals}
          />
          <NativeSelect
            label="Least role of an approver"
            value={role}
            data={ROLES.filter((each) => hasRole(each.role, 'REVIEWER')).map((each) => ({
              value: each.role,
              label: each.word,
            }))}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
          />
        </Group>
        <Checkbox.Group
          label="Checks that have to pass"
          value={[...checks]}
          onChange={(value) => setChecks(value)}
        >
          <Stack gap={8} mt={6}>
            {KINDS.map((kind) => (
              <Checkbox
                key={kind}
                value={kind}
                label={CHECKS[kind].word}
                description={CHECKS[kind].asks}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        {failure !== null && (
          <Alert color="clay" role="alert">
            {failure}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={isBusy}>
            Save policy
          </Button>
          <Text size="sm" c="dimmed" role="status">
            {isSaved ? 'Saved.' : ''}
          </Text>
        </Group>
      </Stack>
    </form>
  );
}
