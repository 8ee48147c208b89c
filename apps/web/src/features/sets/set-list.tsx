'use client';
/** @file The list of galleries or covariate sets of a team: its states, and one row for each. */
import { Button, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { EmptyState } from '@/components/empty-state.tsx';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import { RegistryRow } from '@/components/registry-row.tsx';
import { RowLink, RowList } from '@/components/row-list.tsx';
import { LineageLink } from '@/features/lineage/lineage-link.tsx';
import type { Role } from '@/generated/graphql.ts';
import { may } from '@/lib/roles.ts';
import { teamPath } from '@/lib/routes.ts';
import { ModelStateBadge } from '../models/model-state.tsx';
import classes from './sets.module.css';

interface SetListPageProps<Team> {
  /** Slug of the team. */
  readonly team: string;
  readonly query: {
    readonly data: { readonly team: Team | null } | undefined;
    readonly error?: unknown;
    readonly refetch: () => unknown;
  };
  readonly words: {
    readonly title: string;
    readonly description: string;
    /** 'Register a gallery'. */
    readonly register: string;
    readonly loading: string;
    readonly none: string;
    readonly whatFor: string;
  };
  readonly icon: ReactNode;
  readonly rows: readonly ReactNode[];
  /** The dialog behind the button that registers one. */
  readonly dialog: (team: Team, state: { opened: boolean; onClose: () => void }) => ReactNode;
}

/** The page; where there is nothing yet, it says what such a thing is for. */
export function SetListPage<Team extends { readonly name: string; readonly viewerRole: Role }>({
  team: slug,
  query: { data, error, refetch },
  words,
  icon,
  rows,
  dialog,
}: SetListPageProps<Team>) {
  const [opened, { open, close }] = useDisclosure(false);
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <ListSkeleton label={words.loading} />;
  }
  const { team } = data;
  if (team === null)
    return <NotFoundState what="team" backHref="/" backLabel="Go to your datasets" />;
  const register = may(team.viewerRole, 'registerSet') ? (
    <Button leftSection={<IconPlus size={16} />} onClick={open}>
      {words.register}
    </Button>
  ) : undefined;
  const isEmpty = rows.length === 0;
  return (
    <>
      <PageHeader
        crumbs={[{ label: team.name, href: teamPath(slug) }, { label: words.title }]}
        title={words.title}
        description={words.description}
        actions={isEmpty ? undefined : register}
      />
      <Panel padded={isEmpty}>
        {isEmpty ? (
          <EmptyState icon={icon} title={words.none} action={register}>
            {words.whatFor}
          </EmptyState>
        ) : (
          <RowList label={words.title}>{rows}</RowList>
        )}
      </Panel>
      {dialog(team, { opened, onClose: close })}
    </>
  );
}

interface SetRowProps {
  readonly team: string;
  readonly href: string;
  readonly set: {
    readonly id: string;
    readonly name: string;
    readonly version: string;
    readonly description: string;
    readonly state: 'CHECKING' | 'READY' | 'REFUSED';
    readonly progress: number;
    readonly refusal: string | null;
    readonly createdBy: { readonly name: string } | null;
    readonly createdAt: string;
  };
  readonly picture: ReactNode;
  readonly badge?: ReactNode;
  readonly facts: readonly string[];
}

/** One set: what it is, how far its making has come, or why it cannot be used. */
export function SetRow({ team, href, set, picture, badge, facts }: SetRowProps) {
  const { id, name, version, description, state, refusal } = set;
  return (
    <RegistryRow
      picture={picture}
      title={
        <>
          <RowLink href={href}>
            {name}
            <Text span c="dimmed" fw={440}>
              @{version}
            </Text>
          </RowLink>
          {badge}
          <LineageLink team={team} id={id} of={`${name}@${version}`} />
        </>
      }
      state={<ModelStateBadge state={state} />}
      when={
        <>
          {set.createdBy !== null && `${set.createdBy.name} · `}
          <Moment at={set.createdAt} />
        </>
      }
    >
      <Text size="sm" c="dimmed">
        {facts.join(' · ')}
      </Text>
      {description !== '' && (
        <Text size="sm" lineClamp={2}>
          {description}
        </Text>
      )}
      {refusal !== null && (
        <Text size="sm" c="var(--mantine-color-error)" className={classes.sentence}>
          {refusal}
        </Text>
      )}
      {state === 'CHECKING' && (
        <Progress
          value={set.progress * 100}
          size={5}
          mt={6}
          maw={320}
          aria-label={`Progress of ${name}`}
        />
      )}
    </RegistryRow>
  );
}

function ListSkeleton({ label }: { readonly label: string }) {
  return (
    <div role="status" aria-label={label}>
      <Skeleton h={16} w={160} mb={12} />
      <Skeleton h={30} w={180} mb={28} />
      <Stack gap={12}>
        <Skeleton h={76} />
        <Skeleton h={76} />
      </Stack>
    </div>
  );
}
