/** @file A key figure: small label, large number, a line of context. */
import { Box } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './figure.module.css';

interface FigureProps {
  readonly label: ReactNode;
  readonly value: ReactNode;
  readonly note?: ReactNode;
}

/** One figure of a FigureRow. */
export function Figure({ label, value, note }: FigureProps) {
  return (
    <Box className={classes.figure}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>{value}</dd>
      {note !== undefined && <dd className={classes.note}>{note}</dd>}
    </Box>
  );
}

/** Figures side by side, divided by hairlines, wrapping on narrow screens. */
export function FigureRow({ children }: { readonly children: ReactNode }) {
  return <dl className={classes.row}>{children}</dl>;
}
