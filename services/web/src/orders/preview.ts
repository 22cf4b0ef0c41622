import type { Account, Limits, Policy, Position } from "../api/types";
import { absolute, type Fixed, multiply, parse, tryParse, ZERO } from "../money/fixed";
import { type Draft, hasLimit, hasStop } from "./draft";

/** One limit, and how much of it is used before and after the order. */
export interface Use {
  name: string;
  /** The reason code of a refusal for it. */
  reason: string;
  before: Fixed | undefined;
  after: Fixed;
  limit: Fixed | undefined;
  unit: "money" | "shares";
  exceeded: boolean;
}

export interface Preview {
  price: Fixed;
  notional: Fixed;
  uses: Use[];
}

/** The limits that hold for a symbol and account: the narrower level decides, null leaves it to the wider one. */
export function limitsFor(policy: Policy, accountId: string, symbol: string): Limits {
  const levels = [
    (o: Policy["overrides"][number]) => o.account_id === null && o.symbol === symbol,
    (o: Policy["overrides"][number]) => o.account_id === accountId && o.symbol === null,
    (o: Policy["overrides"][number]) => o.account_id === accountId && o.symbol === symbol,
  ];
  let limits = policy.defaults;
  for (const level of levels) {
    const found = policy.overrides.find(level);
    if (found) limits = { ...limits, ...Object.fromEntries(Object.entries(found.limits).filter(([, v]) => v !== null)) };
  }
  return limits;
}

/** What the order would use, at its own price or else the touch. An estimate: the risk engine decides. */
export function preview(
  draft: Draft,
  touch: Fixed | undefined,
  account: Account,
  position: Position | undefined,
  policy: Policy | undefined,
  openOrders: number,
): Preview | undefined {
  const qty = tryParse(draft.qty);
  const own = hasLimit(draft.type) ? draft.limitPrice : hasStop(draft.type) ? draft.stopPrice : "";
  const price = tryParse(own) ?? touch;
  if (qty === undefined || qty <= ZERO || price === undefined) return undefined;

  const notional = multiply(qty, price);
  const held = position ? parse(position.qty) : ZERO;
  const heldAfter = draft.side === "buy" ? held + qty : held - qty;
  const limits = policy && limitsFor(policy, account.id, draft.symbol);
  const uses: Use[] = [];
  const use = (name: string, reason: string, unit: Use["unit"], before: Fixed | undefined, after: Fixed, limit: string | null | undefined) => {
    const most = limit == null ? undefined : parse(limit);
    uses.push({ name, reason, unit, before, after, limit: most, exceeded: most !== undefined && absolute(after) > most });
  };
  use("Order value", "ORDER_NOTIONAL", "money", undefined, notional, limits?.max_order_notional);
  use("Order quantity", "ORDER_QUANTITY", "shares", undefined, qty, limits?.max_order_quantity);
  use("Position", "POSITION_QUANTITY", "shares", held, heldAfter, limits?.max_position_quantity);
  use("Position value", "POSITION_NOTIONAL", "money", multiply(held, price), multiply(heldAfter, price), limits?.max_position_notional);
  const count = (orders: number) => parse(String(orders));
  use("Open orders", "OPEN_ORDERS", "shares", count(openOrders), count(openOrders + 1), limits?.max_open_orders == null ? undefined : String(limits.max_open_orders));
  const power = parse(account.buying_power);
  const powerAfter = draft.side === "buy" ? power - notional : power;
  uses.push({
    name: "Buying power", reason: "BUYING_POWER", unit: "money", before: power, after: powerAfter, limit: undefined, exceeded: powerAfter < ZERO,
  });
  return { price, notional, uses };
}
