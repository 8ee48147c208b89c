'use client';
/** @file The models of a team, and the way to register more. */
import { useQuery } from '@apollo/client/react';
import { Badge, Skeleton, Stack, Text } from '@mantine/core';
import { IconCube, IconFingerprint } from '@tabler/icons-react';
import { useEffect } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { RegistryRow } from '@/components/registry-row.tsx';
import { RowLink, RowList } from '@/components/row-list.tsx';
import { type ModelRowFragment, ModelsPageDocument } from '@/generated/graphql.ts';
import { formatCounted, formatFigure } from '@/lib/format.ts';
import { may } from '@/lib/roles.ts';
import { modelPath, teamPath } from '@/lib/routes.ts';
import { manifestFacts } from './manifest-facts.ts';
import { MODEL_KINDS, ModelStateBadge } from './model-state.tsx';
import { ModelPicture } from './sample-sheet.tsx';
import { UploadModel } from './upload-model.tsx';

const POLL_MS = 2500;

/** The page at `/t/<team>/models`. */
export function ModelsPage({ team: slug }: { readonly team: string }) {
  const { data, error, refetch, startPolling, stopPolling } = useQuery(ModelsPageDocument, {
    variables: { team: slug },
    fetchPolicy: 'cache-and-network',
    skipPollAttempt: () => document.hidden,
  });
  const isChecking = data?.team?.models.some(({ state }) => state === 'CHECKING') === true;
  useEffect(() => {
    if (!isChecking) return undefined;
    startPolling(POLL_MS);
    return stopPolling;
  }, [isChecking, startPolling, stopPolling]);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <ModelsSkeleton />;
  }
  const { team } = data;
  if (team === null)
    return <NotFoundState what="team" backHref="/" backLabel="Go to your datasets" />;
  return (
    <>
      <PageHeader
        crumbs={[{ label: team.name, href: teamPath(slug) }, { label: 'Models' }]}
        title="Models"
        description="A recipe takes one generator and one recogniser out of these."
      />
      <Stack gap={20}>
        {may(team.viewerRole, 'registerModel') && <UploadModel team={team} />}
        {(['GENERATOR', 'RECOGNISER'] as const).map((kind) => (
          <KindPanel
            key={kind}
            kind={kind}
            team={slug}
            models={team.models.filter((model) => model.kind === kind)}
          />
        ))}
      </Stack>
    </>
  );
}

interface KindPanelProps {
  readonly kind: ModelRowFragment['kind'];
  readonly team: string;
  readonly models: readonly ModelRowFragment[];
}

function KindPanel({ kind, team, models }: KindPanelProps) {
  const { one, many, does } = MODEL_KINDS[kind];
  const noun = one.toLowerCase();
  return (
    <Panel
      title={many}
      hint={
        models.length === 0
          ? `They ${does}`
          : `${formatCounted(models.length, noun, many.toLowerCase())}; they ${does}`
      }
      padded={models.length === 0}
    >
      {models.length === 0 ? (
        <EmptyState
          compact
          icon={kind === 'GENERATOR' ? <IconCube size={20} /> : <IconFingerprint size={20} />}
          title={`No ${noun} yet`}
        >
          Register one by its folder, here or with <code>colloid models add</code>.
        </EmptyState>
      ) : (
        <RowList>
          {models.map((model) => (
            <ModelRow key={model.id} team={team} model={model} />
          ))}
        </RowList>
      )}
    </Panel>
  );
}

function ModelRow({ team, model }: { readonly team: string; readonly model: ModelRowFragment }) {
  const { name, version, state, refusal, report } = model;
  const best = report?.speed.at(-1);
  return (
    <RegistryRow
      picture={<ModelPicture kind={model.kind} sheet={report?.samples ?? null} />}
      title={
        <>
          <span>
            <RowLink href={modelPath(team, model)}>{name}</RowLink>
            <Text span c="dimmed">
              @{version}
            </Text>
          </span>
          {model.isBuiltIn && <Badge color="gray">Built in</Badge>}
        </>
      }
      state={<ModelStateBadge state={state} />}
      when={
        <>
          {best !== undefined && state === 'READY' && (
            <div className="figures">{formatFigure(best.forwardPerSecond)} images/s</div>
          )}
          {model.createdBy !== null && `${model.createdBy.name} · `}
          <Moment at={model.createdAt} />
        </>
      }
    >
      {refusal === null ? (
        <Text size="sm" c="dimmed" lineClamp={2}>
          {[...manifestFacts(model.manifest), model.licence].join(' · ')}
        </Text>
      ) : (
        <Text size="sm" lineClamp={2} c="var(--mantine-color-error)">
          {refusal}
        </Text>
      )}
    </RegistryRow>
  );
}

function ModelsSkeleton() {
  return (
    <div role="status" aria-label="Loading the models">
      <Skeleton h={16} w={160} mb={12} />
      <Skeleton h={30} w={140} mb={28} />
      <Stack gap={20}>
        <Skeleton h={84} />
        <Skeleton h={180} />
        <Skeleton h={180} />
      </Stack>
    </div>
  );
}
