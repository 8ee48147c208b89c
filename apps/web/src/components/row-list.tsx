/** @file A list whose rows are things with pages of their own: each row leads to its page. */
import Link from 'next/link';
import type { ReactNode } from 'react';
import classes from './row-list.module.css';

interface RowListProps {
  readonly label?: string | undefined;
  readonly children: ReactNode;
}

export function RowList({ label, children }: RowListProps) {
  return (
    <ul className={classes.list} aria-label={label}>
      {children}
    </ul>
  );
}

interface RowProps {
  /** Puts the parts of the row in their places. */
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

export function Row({ className, children }: RowProps) {
  return <li className={`${classes.row ?? ''} ${className ?? ''}`}>{children}</li>;
}

interface RowLinkProps {
  readonly href: string;
  readonly children: ReactNode;
}

/** The name of the thing; one may click anywhere in the row around it. */
export function RowLink({ href, children }: RowLinkProps) {
  return (
    <Link href={href} className={classes.link}>
      {children}
    </Link>
  );
}
