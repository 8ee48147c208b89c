/** @file Parts of the pages of one gallery and of one covariate set. */
import { Alert, Button, Loader, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconUpload } from '@tabler/icons-react';
import Link from 'next/link';
import { CopyText } from '@/components/copy-text.tsx';
import { Moment } from '@/components/moment.tsx';
import { shortDigest } from '@/lib/format.ts';
import { modelPath } from '@/lib/routes.ts';
import classes from './sets.module.css';

interface SetNoticeProps {
  readonly set: {
    readonly state: 'CHECKING' | 'READY' | 'REFUSED';
    readonly progress: number;
    readonly refusal: string | null;
  };
  /** 'gallery' or 'covariate set'. */
  readonly what: string;
  readonly making: { readonly title: string; readonly sentence: string };
  /** Where such a set is registered. */
  readonly listHref: string;
}

/** How far the making of a set has come, or why it cannot be used; nothing where it is ready. */
export function SetNotice({ set, what, making, listHref }: SetNoticeProps) {
  if (set.state === 'CHECKING') {
    return (
      <Alert
        color="amber"
        icon={<Loader size={18} color="amber" />}
        title={making.title}
        role="status"
      >
        <Text size="sm">{making.sentence}</Text>
        <Progress
          value={set.progress * 100}
          size={6}
          mt={10}
          maw={420}
          aria-label={`Progress of the ${what}`}
        />
      </Alert>
    );
  }
  if (set.state !== 'REFUSED') return null;
  return (
    <Alert
      color="clay"
      icon={<IconAlertTriangle size={20} />}
      title={`This ${what} cannot be used`}
      role="alert"
    >
      <Text className={classes.sentence}>{set.refusal}</Text>
      <Text size="sm" c="dimmed" mt={8} mb={10}>
        Correct it and register it again, under this version or another one.
      </Text>
      <Button
        component={Link}
        href={listHref}
        variant="default"
        size="xs"
        leftSection={<IconUpload size={15} />}
      >
        Register it again
      </Button>
    </Alert>
  );
}

interface SourceFactsProps {
  readonly team: string;
  readonly madeFrom: string;
  readonly set: {
    readonly sourceFiles: readonly { readonly name: string; readonly digest: string }[];
    readonly licence: string | null;
    readonly createdBy: { readonly name: string } | null;
    readonly createdAt: string;
  };
  /** Each with what it is to the set. */
  readonly models: readonly (readonly [string, Parameters<typeof modelPath>[1]])[];
}

/** Where a set comes from. */
export function SourceFacts({ team, madeFrom, set, models }: SourceFactsProps) {
  return (
    <dl className={classes.facts}>
      <dt>Made from</dt>
      <dd>{madeFrom}</dd>
      {set.sourceFiles.map(({ name, digest }) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>
            <CopyText value={digest} label={`Copy digest ${shortDigest(digest)}`}>
              <code>{shortDigest(digest)}</code>
            </CopyText>
          </dd>
        </div>
      ))}
      {models.map(([what, model]) => (
        <div key={what} className={classes.fact}>
          <dt>{what}</dt>
          <dd>
            <Link href={modelPath(team, model)} className={classes.link}>
              {model.name}@{model.version}
            </Link>
          </dd>
        </div>
      ))}
      {set.licence !== null && (
        <>
          <dt>Licence</dt>
          <dd>{set.licence}</dd>
        </>
      )}
      <dt>Registered</dt>
      <dd>
        {set.createdBy !== null && `by ${set.createdBy.name} `}
        <Moment at={set.createdAt} />
      </dd>
    </dl>
  );
}

interface SetSkeletonProps {
  readonly what: string;
}

/** Where a set's page will be. */
export function SetSkeleton({ what }: SetSkeletonProps) {
  return (
    <div role="status" aria-label={`Loading the ${what}`}>
      <Skeleton h={16} w={240} mb={12} />
      <Skeleton h={30} w={300} mb={28} />
      <Stack gap={20}>
        <Skeleton h={280} />
        <Skeleton h={280} />
      </Stack>
    </div>
  );
}
