import { amount, quantity } from "../money/format";
import type { Preview, Use } from "../orders/preview";

/** What an order would use of the limits: before it, after it, and the most. */
export function Uses({ estimate }: { estimate: Preview }) {
  const exceeded = estimate.uses.filter((use) => use.exceeded);
  return (
    <>
      <table className="uses">
        <thead><tr><th scope="col">Risk</th><th scope="col" className="num">Before</th><th scope="col" className="num">After</th><th scope="col" className="num">Limit</th></tr></thead>
        <tbody>{estimate.uses.map((use) => <UseRow key={use.name} use={use} />)}</tbody>
      </table>
      {exceeded.length > 0 && <p className="why" role="status">Would be refused: <span className="id">{exceeded.map((use) => use.reason).join(", ")}</span></p>}
    </>
  );
}

/** Cents do not matter against limits of millions. */
const PLACES_UNTIL = 10n ** 22n;

function UseRow({ use }: { use: Use }) {
  const money = (value: bigint | undefined) => amount(value, value !== undefined && (value < -PLACES_UNTIL || value > PLACES_UNTIL) ? 0 : 2);
  const show = use.unit === "money" ? money : (value: bigint | undefined) => quantity(value);
  return (
    <tr className={use.exceeded ? "exceeded" : undefined}>
      <th scope="row">{use.exceeded && <span aria-label="over the limit">▲ </span>}{use.name}</th>
      <td className="num">{show(use.before)}</td>
      <td className="num">{show(use.after)}</td>
      <td className="num">{show(use.limit)}</td>
    </tr>
  );
}
