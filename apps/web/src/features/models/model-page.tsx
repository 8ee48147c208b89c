'use client';
/** @file One version of a model: whether it may be used, and everything that its checks found. */
import { useQuery } from '@apollo/client/react';
import { Alert, Badge, Button, Group, Loader, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconUpload } from '@tabler/icons-react';
import Link from 'next/link';
import { useEffect } from 'react';
import { CopyText } from '@/components/copy-text.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import { type ModelKind, ModelPageDocument, type ModelPageQuery } from '@/generated/graphql.ts';
import { shortDigest } from '@/lib/format.ts';
import { may } from '@/lib/roles.ts';
import { modelsPath, teamPath } from '@/lib/routes.ts';
import { manifestFacts } from './manifest-facts.ts';
import { ModelActions } from './model-actions.tsx';
import { MODEL_KINDS, ModelStateBadge } from './model-state.tsx';
import { ModelReportPanels } from './model-report.tsx';
import classes from './models.module.css';

type Team = NonNullable<ModelPageQuery['team']>;
type Model = NonNullable<Team['model']>;

const POLL_MS = 1500;

interface ModelPageProps {
  readonly team: string;
  readonly kind: ModelKind;
  readonly name: string;
  readonly version: string;
}

/** The page at `/t/<team>/models/<kind>/<name>/<version>`. */
export function ModelPage({ team: teamSlug, kind, name, version }: ModelPageProps) {
  const { data, error, refetch, startPolling, stopPolling } = useQuery(ModelPageDocument, {
    variables: { team: teamSlug, kind, name, version },
    fetchPolicy: 'cache-and-network',
    skipPollAttempt: () => document.hidden,
  });
  const isChecking = data?.team?.model?.state === 'CHECKING';
  useEffect(() => {
    if (!isChecking) return undefined;
    startPolling(POLL_MS);
    return stopPolling;
  }, [isChecking, startPolling, stopPolling]);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <ModelSkeleton />;
  }
  const { team } = data;
  const model = team?.model ?? null;
  if (team === null || model === null)
    return <NotFoundState what="model" backHref={modelsPath(teamSlug)} backLabel="All models" />;
  return (
    <>
      <PageHeader
        crumbs={[
          { label: team.name, href: teamPath(teamSlug) },
          { label: 'Models', href: modelsPath(teamSlug) },
          { label: `${name}@${version}` },
        ]}
        title={
          <>
            {name}
            <Text span inherit c="dimmed" fw={440}>
              @{version}
            </Text>
          </>
        }
        badge={
          <>
            <ModelStateBadge state={model.state} />
            {model.isBuiltIn && <Badge color="gray">Built in</Badge>}
          </>
        }
        description={<Facts model={model} />}
        actions={
          <Group gap="xs">
            <CopyText value={model.digest} label={`Copy digest ${shortDigest(model.digest)}`}>
              <code>{shortDigest(model.digest)}</code>
            </CopyText>
            <LineageLink team={teamSlug} id={model.id} />
            {!model.isBuiltIn && may(team.viewerRole, 'registerModel') && (
              <ModelActions team={team.slug} model={model} />
            )}
          </Group>
        }
      />
      <Stack gap={20}>
        <StateNotice team={team} model={model} />
        {model.report !== null && (
          <ModelReportPanels report={model.report} onExpired={() => void refetch()} />
        )}
        <ManifestPanel manifest={model.manifest} />
      </Stack>
    </>
  );
}

function Facts({ model }: { readonly model: Model }) {
  const facts = [
    MODEL_KINDS[model.kind].one,
    ...manifestFacts(model.manifest),
    `licence: ${model.licence}`,
  ];
  return (
    <>
      <Text>{descriptionOf(model.manifest)}</Text>
      <Text size="sm" c="dimmed" mt={2}>
        {facts.join(' · ')}
      </Text>
      <Text size="sm" c="dimmed">
        {model.createdBy === null ? 'Registered ' : `Registered by ${model.createdBy.name} `}
        <Moment at={model.createdAt} />
        {model.checkedAt !== null && (
          <>
            {', checked '}
            <Moment at={model.checkedAt} />
          </>
        )}
      </Text>
    </>
  );
}

function StateNotice({ team, model }: { readonly team: Team; readonly model: Model }) {
  if (model.state === 'CHECKING') {
    return (
      <Alert
        color="amber"
        icon={<Loader size={18} color="amber" />}
        title="Being checked"
        role="status"
      >
        A worker reads the files, runs the model and compares its gradient with finite differences.
        That takes seconds for a small model and minutes for a large one; this page follows it.
      </Alert>
    );
  }
  if (model.state === 'REFUSED') {
    return (
      <Alert
        color="clay"
        icon={<IconAlertTriangle size={20} />}
        title="This model cannot be used"
        role="alert"
      >
        <Stack gap="sm" align="flex-start">
          <Text className={classes.sentence}>
            {model.refusal ?? 'A check failed; see the report.'}
          </Text>
          {may(team.viewerRole, 'registerModel') && (
            <>
              <Text size="sm" c="dimmed">
                Correct it and upload it again, under this version or another one.
              </Text>
              <Button
                component={Link}
                href={modelsPath(team.slug)}
                variant="default"
                size="xs"
                leftSection={<IconUpload size={15} />}
              >
                Upload it again
              </Button>
            </>
          )}
        </Stack>
      </Alert>
    );
  }
  if (model.isBuiltIn && model.report === null) {
    return (
      <Alert color="gray" title="It comes with Colloid">
        Colloid's own tests check it. It is for the first hour: its faces are drawings, and its
        angles mean nothing for photographs.
      </Alert>
    );
  }
  return null;
}

function ManifestPanel({ manifest }: { readonly manifest: unknown }) {
  return (
    <Panel title="Manifest" hint="model.json as it was registered">
      <details className={classes.manifest}>
        <summary>Show it</summary>
        <pre tabIndex={0}>{JSON.stringify(manifest, null, 2)}</pre>
      </details>
    </Panel>
  );
}

function descriptionOf(manifest: unknown): string {
  const { description } = Object(manifest) as { readonly description?: unknown };
  return typeof description === 'string' ? description : '';
}

function ModelSkeleton() {
  return (
    <div role="status" aria-label="Loading the model">
      <Skeleton h={16} w={240} mb={12} />
      <Skeleton h={30} w={260} mb={28} />
      <Stack gap={20}>
        <Skeleton h={96} />
        <Skeleton h={420} />
        <Skeleton h={220} />
      </Stack>
    </div>
  );
}
