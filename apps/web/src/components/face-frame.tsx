/** @file What faces in grids have in common: a ring around the one pointed at, and a line of words and figures below each. */
import { UnstyledButton } from '@mantine/core';
import Link from 'next/link';
import type { ReactNode } from 'react';
import classes from './face-frame.module.css';

interface FaceLinkProps {
  readonly href: string;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** A face that leads to the page of its identity. Grids show hundreds, so that no page is fetched before it is asked for. */
export function FaceLink({ href, title, children }: FaceLinkProps) {
  return (
    <Link href={href} prefetch={false} className={classes.frame} title={title}>
      {children}
    </Link>
  );
}

interface FaceButtonProps {
  readonly onClick: () => void;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** A face that opens something on the same page. */
export function FaceButton({ onClick, title, children }: FaceButtonProps) {
  return (
    <UnstyledButton className={classes.frame} onClick={onClick} title={title}>
      {children}
    </UnstyledButton>
  );
}

/** The line below a face; what is marked `data-amiss` in it stands out. */
export function FaceCaption({ children }: { readonly children: ReactNode }) {
  return <span className={classes.caption}>{children}</span>;
}
