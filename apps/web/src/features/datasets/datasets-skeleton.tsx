/** @file The shape of the datasets page before its data is there. */
import { Box, Skeleton } from '@mantine/core';
import classes from './datasets.module.css';

/** Header and six cards. */
export function DatasetsSkeleton() {
  return (
    <div role="status" aria-label="Loading datasets">
      <Skeleton h={16} w={120} mb={12} />
      <Skeleton h={30} w={200} mb={28} />
      <CardSkeletons />
    </div>
  );
}

/** Cards alone. */
export function CardSkeletons() {
  return (
    <div className={classes.grid}>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <Box key={key} className={classes.card}>
          <Skeleton h={132} radius={0} />
          <Box p={18}>
            <Skeleton h={16} w="60%" mb={10} />
            <Skeleton h={12} w="90%" mb={18} />
            <Skeleton h={8} />
          </Box>
        </Box>
      ))}
    </div>
  );
}
