'use client';
/** @file The way from identities that are too close to a version without them, and to a release of it. */
import { useMutation } from '@apollo/client/react';
import { Button, Group, Text } from '@mantine/core';
import { IconCut, IconSearch } from '@tabler/icons-react';
import Link from 'next/link';
import { useState } from 'react';
import { MakeVersionDialog } from '@/features/subsets/make-version-dialog.tsx';
import { fromQuery, writeAddress } from '@/features/subsets/query-state.ts';
import { UpdateReleaseDocument } from '@/generated/graphql.ts';
import { formatCount, formatCounted } from '@/lib/format.ts';
import { queryPath } from '@/lib/routes.ts';
import classes from './evidence.module.css';
import { readLeaveOut, withoutIdentities } from './evidence.ts';
import { isAllowed, useRelease } from './release-scope.tsx';

/** Longer addresses are cut off on their way: by servers, and by what people send them with. */
const LONGEST_ADDRESS = 4000;

/** Nothing where the check named nobody to leave out, or where the release cannot change any more. */
export function LeaveOut({ evidence }: { readonly evidence: unknown }) {
  const { team, dataset, release } = useRelease();
  const [isAsking, setAsking] = useState(false);
  const [update] = useMutation(UpdateReleaseDocument);
  const leaving = readLeaveOut(evidence);
  const versionId = release.version?.id;
  if (leaving.length === 0 || versionId === undefined || !isAllowed(release, 'RUN_CHECKS'))
    return null;
  const query = withoutIdentities(leaving);
  const address = writeAddress(fromQuery(query));
  const mayEdit = isAllowed(release, 'EDIT');
  const { versionNumber, identityCount } = release;
  const staying = formatCounted(identityCount - leaving.length, 'identity is', 'identities are');
  return (
    <section aria-label="Leave out who is too close" className={classes.remedy}>
      <Text size="sm" mb={8}>
        Without {formatCount(leaving.length)} of them, <strong>{staying} far enough apart</strong>.
        No image is made for such a version.
      </Text>
      <Group gap="xs">
        <Button size="xs" leftSection={<IconCut size={15} />} onClick={() => setAsking(true)}>
          Make a version without {leaving.length === 1 ? 'it' : 'them'}
        </Button>
        {address.length <= LONGEST_ADDRESS && (
          <Button
            component={Link}
            href={`${queryPath(team, dataset, versionNumber)}?${address}`}
            variant="default"
            size="xs"
            leftSection={<IconSearch size={15} />}
          >
            Look at the others
          </Button>
        )}
      </Group>
      {isAsking && (
        <MakeVersionDialog
          team={team}
          dataset={dataset}
          from={{ versionId, query }}
          initial={`Version ${String(versionNumber)} without ${formatCounted(leaving.length, 'identity that is', 'identities that are')} too close`}
          hint={
            mayEdit
              ? 'The others become a version of their own, and this release changes to it: it is a draft again, approvals become void, and the checks run once more when a review is requested.'
              : undefined
          }
          onMade={
            mayEdit
              ? async (made) => {
                  const input = { releaseId: release.id, versionId: made.id };
                  const { data } = await update({
                    variables: { input },
                    refetchQueries: ['ReleasePage'],
                  });
                  return data?.updateRelease.userErrors;
                }
              : undefined
          }
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
