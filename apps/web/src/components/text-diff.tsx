/** @file What differs between two texts, to be read: struck out what went, underlined what came. */
import { diffTexts, shortenPieces } from '@/lib/text-diff.ts';
import classes from './text-diff.module.css';

interface TextDiffProps {
  readonly before: string;
  readonly after: string;
}

/** Both texts in one. A screen reader is told where something went or came, which the marks alone do not tell. */
export function TextDiff({ before, after }: TextDiffProps) {
  const pieces = shortenPieces(diffTexts(before, after));
  return (
    <p className={classes.text}>
      {pieces.map(({ kind, text }, index) => {
        const key = `${String(index)} ${kind}`;
        if (kind === 'kept') return <span key={key}>{text}</span>;
        return kind === 'removed' ? <Went key={key}>{text}</Went> : <Came key={key}>{text}</Came>;
      })}
    </p>
  );
}

/** What is no longer there. */
export function Went({ children }: { readonly children: string }) {
  return (
    <del className={classes.went}>
      <span className="visually-hidden">[gone: </span>
      {children}
      <span className="visually-hidden">] </span>
    </del>
  );
}

/** What is new. */
export function Came({ children }: { readonly children: string }) {
  return (
    <ins className={classes.came}>
      <span className="visually-hidden">[new: </span>
      {children}
      <span className="visually-hidden">] </span>
    </ins>
  );
}
