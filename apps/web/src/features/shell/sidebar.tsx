'use client';
/** @file The sidebar: team, datasets, latest runs, workers, account. */
import { useQuery } from '@apollo/client/react';
import { ScrollArea, Skeleton, Stack, Tooltip } from '@mantine/core';
import {
  IconArrowsHorizontal,
  IconCube,
  IconHistory,
  IconDatabase,
  IconFileText,
  IconLayoutGrid,
  IconListCheck,
  IconPackageExport,
  IconServerBolt,
  IconServerOff,
  IconSettings,
  IconUsersGroup,
} from '@tabler/icons-react';
import Link from 'next/link';
import { useParams, usePathname } from 'next/navigation';
import { type ReactNode, useEffect, useState } from 'react';
import { Logo } from '@/components/logo.tsx';
import { isActive, RunStateDot, STATE_WORDS } from '@/components/run-state.tsx';
import { type ShellTeamQuery, ShellTeamDocument, type ViewerQuery } from '@/generated/graphql.ts';
import { may } from '@/lib/roles.ts';
import {
  activityPath,
  auditPath,
  covariatesPath,
  datasetPath,
  galleriesPath,
  modelsPath,
  publishedReleasesPath,
  recipesPath,
  runPath,
  settingsPath,
  teamPath,
} from '@/lib/routes.ts';
import { useNow } from '@/lib/use-now.ts';
import { Bell } from '../notifications/bell.tsx';
import classes from './shell.module.css';
import { TeamSwitch } from './team-switch.tsx';
import { UserMenu } from './user-menu.tsx';

const POLL_MS = 15_000;
const WORKER_GONE_SECONDS = 90;

interface SidebarProps {
  readonly viewer: NonNullable<ViewerQuery['viewer']> | null;
}

/** Everything in the navigation column; also the contents of the drawer on narrow screens. */
export function Sidebar({ viewer }: SidebarProps) {
  const params = useParams<{ team?: string }>();
  const here = params.team === undefined ? null : decodeURIComponent(params.team);
  // Pages of no team, such as notifications, leave the navigation where it was.
  const [last, setLast] = useState<string | null>(null);
  useEffect(() => {
    if (here !== null) setLast(here);
  }, [here]);
  const [only, another] = viewer?.teams ?? [];
  const team = here ?? last ?? (another === undefined ? only?.slug : undefined) ?? null;
  const { data } = useQuery(ShellTeamDocument, {
    variables: { team: team ?? '' },
    skip: team === null,
    fetchPolicy: 'cache-and-network',
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  return (
    <>
      <div className={classes.brand}>
        <Link href="/" className={classes.brandLink} aria-label="Colloid, start page">
          <Logo />
        </Link>
        <Bell />
      </div>
      {viewer === null ? <Skeleton h={52} /> : <TeamSwitch teams={viewer.teams} current={team} />}
      <ScrollArea className={classes.nav} type="hover" scrollbarSize={6}>
        {team !== null && data?.team !== null && <TeamNav team={team} data={data?.team ?? null} />}
        <EverywhereNav />
      </ScrollArea>
      {data !== undefined && <Workers system={data.system} />}
      {viewer === null ? <Skeleton h={44} /> : <UserMenu name={viewer.name} email={viewer.email} />}
    </>
  );
}

interface TeamNavProps {
  readonly team: string;
  readonly data: ShellTeamQuery['team'];
}

function TeamNav({ team, data }: TeamNavProps) {
  const datasets = data?.datasets.edges.map((edge) => edge.node) ?? [];
  const runs = data?.runs.edges.map((edge) => edge.node) ?? [];
  return (
    <nav aria-label="Team">
      <NavItem href={teamPath(team)} exact icon={<IconLayoutGrid size={17} stroke={1.7} />}>
        All datasets
      </NavItem>
      <NavItem href={modelsPath(team)} icon={<IconCube size={17} stroke={1.7} />}>
        Models
      </NavItem>
      <NavItem href={galleriesPath(team)} icon={<IconUsersGroup size={17} stroke={1.7} />}>
        Galleries
      </NavItem>
      <NavItem href={covariatesPath(team)} icon={<IconArrowsHorizontal size={17} stroke={1.7} />}>
        Covariates
      </NavItem>
      <NavItem href={recipesPath(team)} icon={<IconFileText size={17} stroke={1.7} />}>
        Recipes
      </NavItem>
      <NavItem href={activityPath(team)} icon={<IconHistory size={17} stroke={1.7} />}>
        Activity
      </NavItem>
      {data !== null && may(data.viewerRole, 'readAudit') && (
        <NavItem href={auditPath(team)} icon={<IconListCheck size={17} stroke={1.7} />}>
          Audit log
        </NavItem>
      )}
      <NavItem href={settingsPath(team)} icon={<IconSettings size={17} stroke={1.7} />}>
        Settings
      </NavItem>
      {datasets.length > 0 && <p className={classes.section}>Datasets</p>}
      {datasets.map((dataset) => (
        <NavItem
          key={dataset.id}
          href={datasetPath(team, dataset.slug)}
          icon={<IconDatabase size={16} stroke={1.6} />}
        >
          {dataset.title}
        </NavItem>
      ))}
      {runs.length > 0 && <p className={classes.section}>Latest runs</p>}
      {runs.map((run) => (
        <NavItem
          key={run.id}
          href={runPath(team, run.dataset.slug, run.number)}
          icon={
            <span className={classes.dotBox} title={STATE_WORDS[run.state]}>
              <RunStateDot state={run.state} />
              <span className="visually-hidden">{STATE_WORDS[run.state]}:</span>
            </span>
          }
          trailing={
            isActive(run.state) && run.state === 'RUNNING'
              ? `${String(Math.floor(run.progress * 100))} %`
              : undefined
          }
        >
          {run.dataset.title} · {run.number}
        </NavItem>
      ))}
    </nav>
  );
}

/** What everybody sees, whichever team they are in. */
function EverywhereNav() {
  return (
    <nav aria-label="All teams">
      <p className={classes.section}>All teams</p>
      <NavItem href={publishedReleasesPath} icon={<IconPackageExport size={17} stroke={1.7} />}>
        Published releases
      </NavItem>
    </nav>
  );
}

interface NavItemProps {
  readonly href: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
  readonly trailing?: string | undefined;
  readonly exact?: boolean;
}

function NavItem({ href, icon, children, trailing, exact = false }: NavItemProps) {
  const pathname = usePathname();
  const isHere = exact
    ? pathname === href
    : pathname === href ||
      ['/v/', '/generator/', '/recogniser/', '/webhooks/'].some((part) =>
        pathname.startsWith(`${href}${part}`),
      ) ||
      (['/covariates', '/recipes', publishedReleasesPath].some((end) => href.endsWith(end)) &&
        pathname.startsWith(`${href}/`));
  return (
    <Link href={href} className={classes.item} aria-current={isHere ? 'page' : undefined}>
      {icon}
      <span className={classes.itemLabel}>{children}</span>
      {trailing !== undefined && <span className={classes.trailing}>{trailing}</span>}
    </Link>
  );
}

function Workers({ system }: { readonly system: ShellTeamQuery['system'] }) {
  const now = useNow(POLL_MS);
  const present = system.workers.filter(
    (worker) => now.getTime() - new Date(worker.lastSeenAt).getTime() < WORKER_GONE_SECONDS * 1000,
  );
  const isNone = present.length === 0;
  return (
    <Tooltip
      position="top-start"
      label={
        isNone ? (
          'Runs wait until a worker starts: run `colloid worker` on any machine that reaches the database.'
        ) : (
          <Stack gap={2}>
            {present.map((worker) => (
              <span key={worker.machine}>
                {worker.machine} · {worker.provider}
              </span>
            ))}
          </Stack>
        )
      }
    >
      <div className={classes.workers} tabIndex={0} data-none={isNone || undefined}>
        {isNone ? (
          <IconServerOff size={15} stroke={1.6} />
        ) : (
          <IconServerBolt size={15} stroke={1.6} />
        )}
        <span>
          {isNone
            ? 'No worker is running'
            : `${String(present.length)} ${present.length === 1 ? 'worker' : 'workers'} ready`}
        </span>
        <span className={classes.trailing}>{system.version}</span>
      </div>
    </Tooltip>
  );
}
