'use client';
/** @file What happened in the team: the audit log for those who answer for it, the activity for everybody else. */
import { useQuery } from '@apollo/client/react';
import { Box, Button, Group, NativeSelect, Skeleton, Text } from '@mantine/core';
import { useState } from 'react';
import { ErrorState, NotFoundState } from '@/components/error-state.tsx';
import { Moment } from '@/components/moment.tsx';
import { PageHeader } from '@/components/page-header.tsx';
import { Panel } from '@/components/panel.tsx';
import {
  ActivityPageDocument,
  AuditPageDocument,
  type AuditRowFragment,
} from '@/generated/graphql.ts';
import { formatCounted } from '@/lib/format.ts';
import { may } from '@/lib/roles.ts';
import { teamPath } from '@/lib/routes.ts';
import classes from './team.module.css';

const PAGE = 50;

const KINDS = [
  ['', 'Everything'],
  ['Dataset', 'Datasets'],
  ['Run', 'Runs'],
  ['DatasetVersion', 'Versions'],
  ['Release', 'Releases'],
  ['Recipe', 'Recipes'],
  ['ModelVersion', 'Models'],
  ['IdentityBudget', 'Budgets'],
  ['Person', 'Members'],
  ['Invitation', 'Invitations'],
  ['ApiKey', 'API keys'],
] as const;

/** The page at `/t/<team>/audit`. */
export function AuditPage({ team: slug }: { readonly team: string }) {
  const { data, error, refetch, fetchMore } = useQuery(ActivityPageDocument, {
    variables: { team: slug, first: PAGE },
    fetchPolicy: 'cache-and-network',
  });
  if (data === undefined) {
    if (error !== undefined) return <ErrorState error={error} onRetry={() => void refetch()} />;
    return <Skeleton h={300} role="status" aria-label="Loading what happened" />;
  }
  const { team } = data;
  if (team === null)
    return <NotFoundState what="team" backHref="/" backLabel="Go to your datasets" />;
  const { edges, pageInfo, totalCount } = team.activity;
  const seesAll = may(team.viewerRole, 'readAudit');
  const title = seesAll ? 'Audit log' : 'Activity';
  return (
    <>
      <PageHeader
        crumbs={[{ label: team.name, href: teamPath(slug) }, { label: title }]}
        title={title}
        description={
          seesAll
            ? 'Every change: who, what, when, from where. Nothing in it can be altered; “colloid audit verify” checks that nothing was.'
            : 'What happened in the team.'
        }
      />
      {seesAll ? (
        <AuditPanel team={slug} />
      ) : (
        <Panel title={formatCounted(totalCount, 'event', 'events')} padded={false}>
          <ul className={classes.list} aria-label="Events">
            {edges.map(({ node }) => (
              <li key={node.sequence} className={classes.row}>
                <Text className={classes.rowMain}>{node.sentence}</Text>
                <Text size="sm" c="dimmed" component="div">
                  <Moment at={node.at} />
                </Text>
              </li>
            ))}
          </ul>
          {pageInfo.hasNextPage && (
            <More onClick={() => void fetchMore({ variables: { after: pageInfo.endCursor } })} />
          )}
        </Panel>
      )}
    </>
  );
}

function AuditPanel({ team: slug }: { readonly team: string }) {
  const [kind, setKind] = useState('');
  const { data, error, refetch, fetchMore } = useQuery(AuditPageDocument, {
    variables: { team: slug, first: PAGE, entityType: kind === '' ? null : kind },
    fetchPolicy: 'cache-and-network',
  });
  if (error !== undefined && data === undefined)
    return <ErrorState error={error} onRetry={() => void refetch()} />;
  const events = data?.team?.auditEvents;
  return (
    <Panel
      title={events === undefined ? 'Events' : formatCounted(events.totalCount, 'event', 'events')}
      padded={false}
      actions={
        <NativeSelect
          aria-label="Changes of"
          value={kind}
          data={KINDS.map(([value, label]) => ({ value, label }))}
          onChange={(event) => setKind(event.currentTarget.value)}
        />
      }
    >
      {events === undefined ? (
        <Box p={20}>
          <Skeleton h={200} />
        </Box>
      ) : (
        <ul className={classes.list} aria-label="Events">
          {events.edges.map(({ node }) => (
            <AuditRow key={node.sequence} event={node} />
          ))}
        </ul>
      )}
      {events?.pageInfo.hasNextPage === true && (
        <More onClick={() => void fetchMore({ variables: { after: events.pageInfo.endCursor } })} />
      )}
    </Panel>
  );
}

function AuditRow({ event }: { readonly event: AuditRowFragment }) {
  const [isOpen, setOpen] = useState(false);
  const hasDetail = event.before !== null || event.after !== null;
  const detail = `event-${String(event.sequence)}`;
  return (
    <li className={classes.row}>
      <Text c="dimmed" size="sm" className="figures" miw={32} ta="right">
        {event.sequence}
      </Text>
      <div className={classes.rowMain}>
        <Text>{event.sentence}</Text>
        <Text size="sm" c="dimmed" component="div">
          <Moment at={event.at} />
          {event.address !== null && ` · from ${event.address}`}
          {event.keyId !== null && ' · by an API key'}
        </Text>
        {isOpen && (
          <pre id={detail} className={classes.json}>
            {`before ${JSON.stringify(event.before, null, 1)}\nafter ${JSON.stringify(event.after, null, 1)}\ndigest ${event.hash}`}
          </pre>
        )}
      </div>
      {hasDetail && (
        <Button
          variant="default"
          size="xs"
          aria-expanded={isOpen}
          aria-controls={detail}
          aria-label={`Details of event ${String(event.sequence)}`}
          onClick={() => setOpen(!isOpen)}
        >
          Details
        </Button>
      )}
    </li>
  );
}

function More({ onClick }: { readonly onClick: () => void }) {
  return (
    <Group justify="center" p={16}>
      <Button variant="default" onClick={onClick}>
        Show more
      </Button>
    </Group>
  );
}
