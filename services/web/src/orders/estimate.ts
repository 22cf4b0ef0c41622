import { type Fixed, multiply, tryParse, ZERO } from "../money/fixed";
import { type Draft, hasLimit, hasStop } from "./draft";

export interface Estimate {
  price: Fixed;
  notional: Fixed;
}

/** What an order would be worth, at its own price or else the touch. */
export function estimateOf(draft: Draft, touch: Fixed | undefined): Estimate | undefined {
  const qty = tryParse(draft.qty);
  const own = hasLimit(draft.type) ? draft.limitPrice : hasStop(draft.type) ? draft.stopPrice : "";
  const price = tryParse(own) ?? touch;
  if (qty === undefined || qty <= ZERO || price === undefined) return undefined;
  return { price, notional: multiply(qty, price) };
}
