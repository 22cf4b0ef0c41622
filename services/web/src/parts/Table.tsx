import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useDeferredValue, useRef, useState } from "react";

export interface Column<Row> {
  name: string;
  cell: (row: Row) => ReactNode;
  /** What to sort by; a column without it cannot be sorted. */
  by?: (row: Row) => string | number | bigint;
  numeric?: boolean;
  /** Left out where there is little room. */
  wide?: boolean;
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  onChoose?: (row: Row) => void;
  /** The words of a row that can be searched; without it there is no filter. */
  filter?: (row: Row) => string;
  empty: string;
}

const ROW_PX = 24;
const OVERSCAN = 8;
/** So many rows can be looked through without a filter. */
const FILTER_FROM = 6;

/** Sorted by the heads, filtered by words; only the rows that are in sight are in the document. */
export function Table<Row>(props: Props<Row>) {
  const [sort, setSort] = useState<{ column: string; descending: boolean }>();
  const [words, setWords] = useState("");
  const wanted = useDeferredValue(words.toLowerCase().split(/\s+/).filter(Boolean));
  const { filter } = props;
  const found = filter && wanted.length ? props.rows.filter((row) => holds(filter(row), wanted)) : props.rows;
  const by = props.columns.find((column) => column.name === sort?.column)?.by;
  const sorted = by ? [...found].sort(comparing(by, sort?.descending ?? false)) : found;
  if (!props.rows.length) return <p className="empty">{props.empty}</p>;
  return (
    <>
      {filter && (props.rows.length >= FILTER_FROM || words) && (
        <input
          className="filter" type="text" placeholder="Filter" aria-label={`Filter ${props.label.toLowerCase()}`} value={words}
          autoComplete="off" spellCheck={false} onChange={(event) => setWords(event.target.value)}
        />
      )}
      <Rows {...props} sorted={sorted}>
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
      </Rows>
      {!found.length && <p className="empty">Nothing with “{words}”.</p>}
    </>
  );
}

function Rows<Row>(props: Props<Row> & { sorted: readonly Row[]; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- its functions change with every render, and nothing is memoized by them
  const virtual = useVirtualizer({
    count: props.sorted.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    getItemKey: (index) => { const row = props.sorted[index]; return row === undefined ? index : props.rowKey(row); },
  });
  const items = virtual.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard
    <div className="table-scroll" ref={place} tabIndex={0} role="region" aria-label={props.label}>
      <table aria-rowcount={props.sorted.length + 1}>
        <thead>{props.children}</thead>
        {before > 0 && <tbody aria-hidden="true"><tr style={{ height: before }} /></tbody>}
        <tbody>
          {items.map((item) => {
            const row = props.sorted[item.index];
            return row !== undefined && (
              <tr key={item.key} ref={virtual.measureElement} data-index={item.index} aria-rowindex={item.index + 2} onClick={props.onChoose && (() => props.onChoose?.(row))}>
                {props.columns.map((column) => <td key={column.name} className={classes(column)}>{column.cell(row)}</td>)}
              </tr>
            );
          })}
        </tbody>
        {after > 0 && <tbody aria-hidden="true"><tr style={{ height: after }} /></tbody>}
      </table>
    </div>
  );
}

const holds = (text: string, wanted: readonly string[]) => {
  const held = text.toLowerCase();
  return wanted.every((word) => held.includes(word));
};

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
