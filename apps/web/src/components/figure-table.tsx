/** @file A table of figures, which scrolls sideways by itself where it is wider than its place. */
import type { ReactNode } from 'react';
import classes from './figure-table.module.css';

interface Column {
  /** Tells columns apart. */
  readonly key: string;
  readonly title: ReactNode;
  /** Set to the right; cells of such a column are marked `data-figure`. */
  readonly isFigure?: boolean;
}

interface FigureTableProps {
  readonly label: string;
  readonly columns: readonly Column[];
  /** The rows: a `th` of scope row, then a `td` for each further column. */
  readonly children: ReactNode;
}

export function FigureTable({ label, columns, children }: FigureTableProps) {
  return (
    <div className={classes.scroll} tabIndex={0} role="group" aria-label={label}>
      <table className={classes.table}>
        <thead>
          <tr>
            {columns.map(({ key, title, isFigure = false }) => (
              <th key={key} scope="col" data-figure={isFigure || undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** A column headed by its key. */
export const wordColumn = (key: string): Column => ({ key, title: key });

/** A column of figures headed by its key. */
export const figureColumn = (key: string): Column => ({ key, title: key, isFigure: true });
