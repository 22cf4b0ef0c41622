import { type ReactNode, useState } from "react";

export interface Column<Row> {
  name: string;
  cell: (row: Row) => ReactNode;
  /** What to sort by; a column without it cannot be sorted. */
  by?: (row: Row) => string | number | bigint;
  numeric?: boolean;
  /** Left out where there is little room. */
  wide?: boolean;
}

const ROWS_MAX = 200;

export function Table<Row>(props: {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  onChoose?: (row: Row) => void;
  empty: string;
}) {
  const [sort, setSort] = useState<{ column: string; descending: boolean }>();
  const by = props.columns.find((column) => column.name === sort?.column)?.by;
  const sorted = by ? [...props.rows].sort(comparing(by, sort?.descending ?? false)) : props.rows;
  if (!props.rows.length) return <p className="empty">{props.empty}</p>;
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard
    <div className="table-scroll" tabIndex={0} role="region" aria-label={props.label}>
      <table>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th
                key={column.name}
                scope="col"
                className={classes(column)}
                aria-sort={sort?.column !== column.name ? undefined : sort.descending ? "descending" : "ascending"}
              >
                {column.by ? (
                  <button type="button" className="bare" onClick={() => setSort(turned(sort, column.name))}>
                    {column.name}
                    {sort?.column === column.name && <span aria-hidden="true">{sort.descending ? " ↓" : " ↑"}</span>}
                  </button>
                ) : column.name || <span className="unseen">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.slice(0, ROWS_MAX).map((row) => (
            <tr key={props.rowKey(row)} onClick={props.onChoose && (() => props.onChoose?.(row))}>
              {props.columns.map((column) => <td key={column.name} className={classes(column)}>{column.cell(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
      {sorted.length > ROWS_MAX && <p className="empty">{sorted.length - ROWS_MAX} more are not shown.</p>}
    </div>
  );
}

const classes = <Row,>(column: Column<Row>) =>
  [column.numeric && "num", column.wide && "wide"].filter(Boolean).join(" ") || undefined;

function turned(sort: { column: string; descending: boolean } | undefined, column: string) {
  if (sort?.column !== column) return { column, descending: true };
  return sort.descending ? { column, descending: false } : undefined;
}

function comparing<Row>(by: (row: Row) => string | number | bigint, descending: boolean) {
  return (a: Row, b: Row) => {
    const [x, y] = [by(a), by(b)];
    const order = x < y ? -1 : x > y ? 1 : 0;
    return descending ? -order : order;
  };
}
