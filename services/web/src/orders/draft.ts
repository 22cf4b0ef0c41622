import type { Asset, OrderType, Side, SubmitOrder, TimeInForce } from "../api/types";
import { isMultiple, parse, text, tryParse } from "../money/fixed";

/** An order while it is being written: what stands in the fields. */
export interface Draft {
  symbol: string;
  side: Side;
  type: OrderType;
  timeInForce: TimeInForce;
  qty: string;
  limitPrice: string;
  stopPrice: string;
  trail: string;
  trailBy: "price" | "percent";
  expiresAt: string;
  /** Exits that follow the order once it has filled; empty: none. */
  takeProfit: string;
  stopLoss: string;
}

export type DraftField = "symbol" | "qty" | "limitPrice" | "stopPrice" | "trail" | "expiresAt" | "timeInForce" | "side" | "takeProfit" | "stopLoss";
export type Problems = Partial<Record<DraftField, string>>;

export const ORDER_TYPES: readonly [OrderType, string][] = [
  ["market", "Market"],
  ["limit", "Limit"],
  ["stop", "Stop"],
  ["stop_limit", "Stop limit"],
  ["trailing_stop", "Trailing stop"],
];

export const TIMES_IN_FORCE: readonly [TimeInForce, string][] = [
  ["day", "Day"],
  ["gtc", "Good till canceled"],
  ["gtd", "Good till date"],
  ["ioc", "Immediate or cancel"],
  ["fok", "Fill or kill"],
  ["opg", "At the open"],
  ["cls", "At the close"],
];

export const hasLimit = (type: OrderType) => type === "limit" || type === "stop_limit";
export const hasStop = (type: OrderType) => type === "stop" || type === "stop_limit";
export const hasTrail = (type: OrderType) => type === "trailing_stop";

export function emptyDraft(symbol: string): Draft {
  return {
    symbol, side: "buy", type: "market", timeInForce: "day",
    qty: "", limitPrice: "", stopPrice: "", trail: "", trailBy: "price", expiresAt: "", takeProfit: "", stopLoss: "",
  };
}

function grid(name: string, written: string, step: string): string | undefined {
  const value = tryParse(written);
  if (value === undefined) return written.trim() ? `${name} must be a number` : `${name} is missing`;
  if (value <= 0n) return `${name} must be more than 0`;
  return isMultiple(value, parse(step)) ? undefined : `${name} must be a multiple of ${step}`;
}

function trailProblem(draft: Draft, tick: string): string | undefined {
  const problem = grid("Trail", draft.trail, draft.trailBy === "price" ? tick : "0.01");
  if (problem || draft.trailBy === "price") return problem;
  return parse(draft.trail) > parse("100") ? "Trail must be at most 100 %" : undefined;
}

/** Exits go with orders that rest for a day or longer and have a price to be measured from. */
export const takesExits = (draft: Draft) => !hasTrail(draft.type) && (draft.timeInForce === "day" || draft.timeInForce === "gtc");

function exitProblems(draft: Draft, tick: string, note: (field: DraftField, problem: string | undefined) => void): void {
  const { takeProfit, stopLoss } = draft;
  if (!takesExits(draft)) return;
  if (takeProfit) note("takeProfit", grid("Take profit", takeProfit, tick));
  if (stopLoss) note("stopLoss", grid("Stop loss", stopLoss, tick));
  const [profit, loss] = [tryParse(takeProfit), tryParse(stopLoss)];
  if (profit === undefined || loss === undefined) return;
  if (draft.side === "buy" ? profit <= loss : profit >= loss) {
    note("takeProfit", `Take profit must be ${draft.side === "buy" ? "above" : "below"} the stop loss`);
  }
}

/** What can be seen to be wrong before the platform is asked. `now` in milliseconds. */
export function problemsOf(draft: Draft, asset: Asset | undefined, now: number): Problems {
  if (!asset) return { symbol: `${draft.symbol || "The symbol"} is not listed here` };
  const problems: Problems = {};
  const note = (field: DraftField, problem: string | undefined) => {
    if (problem) problems[field] = problem;
  };
  note("qty", grid("Quantity", draft.qty, asset.min_trade_increment));
  if (hasLimit(draft.type)) note("limitPrice", grid("Limit price", draft.limitPrice, asset.price_increment));
  if (hasStop(draft.type)) note("stopPrice", grid("Stop price", draft.stopPrice, asset.price_increment));
  if (hasTrail(draft.type)) note("trail", trailProblem(draft, asset.price_increment));
  exitProblems(draft, asset.price_increment, note);
  if (draft.timeInForce === "gtd") {
    const until = Date.parse(draft.expiresAt);
    note("expiresAt", Number.isNaN(until) ? "A date is missing" : until <= now ? "The date must lie ahead" : undefined);
  }
  return problems;
}

/** The request for a draft without problems. */
export function requestOf(draft: Draft, clientOrderId?: string): SubmitOrder {
  const exact = (written: string) => text(parse(written));
  const exits = takesExits(draft)
    ? {
        ...(draft.takeProfit ? { take_profit: { limit_price: exact(draft.takeProfit) } } : {}),
        ...(draft.stopLoss ? { stop_loss: { stop_price: exact(draft.stopLoss) } } : {}),
      }
    : {};
  const legs = Object.keys(exits).length;
  const trailField = draft.trailBy === "price" ? "trail_price" : "trail_percent";
  return {
    symbol: draft.symbol,
    side: draft.side,
    type: draft.type,
    time_in_force: draft.timeInForce,
    qty: exact(draft.qty),
    ...(clientOrderId ? { client_order_id: clientOrderId } : {}),
    ...(hasLimit(draft.type) ? { limit_price: exact(draft.limitPrice) } : {}),
    ...(hasStop(draft.type) ? { stop_price: exact(draft.stopPrice) } : {}),
    ...(hasTrail(draft.type) ? { [trailField]: exact(draft.trail) } : {}),
    ...(legs ? { order_class: legs === 2 ? "bracket" as const : "oto" as const, ...exits } : {}),
    ...(draft.timeInForce === "gtd" ? { expires_at: new Date(draft.expiresAt).toISOString() } : {}),
  };
}

const FIELDS: Record<string, DraftField> = {
  symbol: "symbol", qty: "qty", quantity: "qty", limit_price: "limitPrice", stop_price: "stopPrice",
  trail_price: "trail", trail_percent: "trail", expires_at: "expiresAt", time_in_force: "timeInForce", side: "side",
  take_profit: "takeProfit", "take_profit.limit_price": "takeProfit", stop_loss: "stopLoss", "stop_loss.stop_price": "stopLoss",
};

/** Which field of the ticket a refusal is about. */
export const fieldOf = (apiField: string | undefined): DraftField | undefined => (apiField ? FIELDS[apiField] : undefined);
