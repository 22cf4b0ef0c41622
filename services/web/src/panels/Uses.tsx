import type { Preview } from "../api/types";
import { absolute, parse, tryParse } from "../money/fixed";
import { amount, quantity } from "../money/format";
import { limitName } from "../orders/limit_names";
import type { WhatIf } from "../parts/use_what_if";

type Use = Preview["usages"][number];

/** What the risk engine says of an order before it is sent: what it would use of each limit, and why it would be refused. */
export function Uses({ whatIf: { preview, trouble } }: { whatIf: WhatIf }) {
  if (trouble) return <p className="why" role="status">The risk engine cannot be asked: {trouble}. It decides when the order is sent.</p>;
  if (!preview) return null;
  const shown = preview.usages.filter((use) => use.limit !== null);
  return (
    <div data-test="what-if" data-accepted={preview.accepted}>
      {shown.length > 0 && (
        <table className="uses">
          <thead><tr><th scope="col">Risk</th><th scope="col" className="num">Before</th><th scope="col" className="num">After</th><th scope="col" className="num">Limit</th></tr></thead>
          <tbody>{shown.map((use) => <UseRow key={use.rule} use={use} />)}</tbody>
        </table>
      )}
      {!preview.accepted && (
        <p className="why" role="status">
          {preview.unavailable ? "No decision now: " : "Would be refused: "}<span className="id">{preview.reason}</span> {preview.message}
          {preview.limit && ` (limit ${preview.limit})`}
        </p>
      )}
    </div>
  );
}

/** Cents do not matter against limits of millions. */
const PLACES_UNTIL = parse("10000");

function UseRow({ use }: { use: Use }) {
  const exceeded = use.limit !== null && absolute(parse(use.after)) > parse(use.limit);
  const money = (value: string) => amount(value, absolute(tryParse(value) ?? 0n) > PLACES_UNTIL ? 0 : 2);
  const show = use.unit === "money" ? money : quantity;
  return (
    <tr className={exceeded ? "exceeded" : undefined} data-rule={use.rule}>
      <th scope="row">{exceeded && <span aria-label="over the limit">▲ </span>}{limitName(use.rule)}</th>
      <td className="num">{show(use.before)}</td>
      <td className="num">{show(use.after)}</td>
      <td className="num">{show(use.limit ?? "")}</td>
    </tr>
  );
}
