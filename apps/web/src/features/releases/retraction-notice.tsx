/** @file That a release was retracted, why, and by whom where one may know them. */
import { Alert, Text } from '@mantine/core';
import { IconRotate2 } from '@tabler/icons-react';
import { Moment } from '@/components/moment.tsx';
import type { ReleaseRetractionFragment } from '@/generated/graphql.ts';
import classes from './releases.module.css';

/** The notice that stands in place of the downloads. */
export function RetractionNotice({
  retraction,
}: {
  readonly retraction: ReleaseRetractionFragment;
}) {
  return (
    <Alert
      color="clay"
      icon={<IconRotate2 size={18} />}
      title="This release was retracted. Do not use it any more."
    >
      <Text className={classes.prose}>{retraction.reason}</Text>
      <Text size="sm" mt={4} component="div">
        {retraction.by !== null && `${retraction.by.name}, `}
        <Moment at={retraction.at} />
      </Text>
    </Alert>
  );
}
