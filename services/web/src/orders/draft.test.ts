import { expect, test } from "vitest";
import type { Asset, Order } from "../api/types";
import { parse, text, ZERO } from "../money/fixed";
import { type Draft, emptyDraft, fieldOf, problemsOf, requestOf } from "./draft";
import { estimateOf } from "./estimate";
import { isWorking, latest } from "./status";

const asset = { symbol: "AAPL", min_trade_increment: "1", price_increment: "0.01" } as Asset;
const draft = (changes: Partial<Draft>): Draft => ({ ...emptyDraft("AAPL"), qty: "10", ...changes });
const problems = (changes: Partial<Draft>) => problemsOf(draft(changes), asset, Date.parse("2026-01-01"));

test("a draft needs what its type needs, on the symbol's grid", () => {
  expect(problems({})).toEqual({});
  expect(problems({ qty: "" })).toHaveProperty("qty", "Quantity is missing");
  expect(problems({ qty: "1.5" })).toHaveProperty("qty", "Quantity must be a multiple of 1");
  expect(problems({ qty: "-1" })).toHaveProperty("qty", "Quantity must be more than 0");
  expect(problems({ type: "limit", limitPrice: "189.435" })).toHaveProperty("limitPrice");
  expect(problems({ type: "limit", limitPrice: "189.43" })).toEqual({});
  expect(problems({ type: "stop_limit", limitPrice: "1" })).toHaveProperty("stopPrice", "Stop price is missing");
  expect(problems({ type: "trailing_stop", trail: "0.5" })).toEqual({});
  expect(problems({ type: "trailing_stop", trailBy: "percent", trail: "100.01" })).toHaveProperty("trail");
  expect(problems({ timeInForce: "gtd", expiresAt: "2025-12-31T00:00" })).toHaveProperty("expiresAt");
  expect(problemsOf(draft({}), undefined, 0)).toHaveProperty("symbol");
});

test("a request holds decimal strings, and only the fields of its type", () => {
  expect(requestOf(draft({ type: "limit", limitPrice: "189.40", stopPrice: "3", qty: "010" }), "id")).toEqual({
    symbol: "AAPL", side: "buy", type: "limit", time_in_force: "day", qty: "10", limit_price: "189.4", client_order_id: "id",
  });
  expect(requestOf(draft({ type: "trailing_stop", trailBy: "percent", trail: "1.5" }), "id")).toMatchObject({
    trail_percent: "1.5",
  });
});

test("exits make a group of what they are, and stay on their sides", () => {
  const exits = { takeProfit: "200.00", stopLoss: "180" };
  expect(requestOf(draft(exits), "id")).toMatchObject({
    order_class: "bracket", take_profit: { limit_price: "200" }, stop_loss: { stop_price: "180" },
  });
  expect(requestOf(draft({ stopLoss: "180" }))).toMatchObject({ order_class: "oto", stop_loss: { stop_price: "180" } });
  expect(requestOf(draft({ ...exits, timeInForce: "ioc" }))).not.toHaveProperty("order_class");
  expect(problems(exits)).toEqual({});
  expect(problems({ ...exits, side: "sell" })).toHaveProperty("takeProfit", "Take profit must be below the stop loss");
  expect(problems({ stopLoss: "180.001" })).toHaveProperty("stopLoss", "Stop loss must be a multiple of 0.01");
  expect(fieldOf("take_profit.limit_price")).toBe("takeProfit");
});

test("a refusal finds its field", () => {
  expect(fieldOf("limit_price")).toBe("limitPrice");
  expect(fieldOf("qty")).toBe("qty");
  expect(fieldOf("account_id")).toBeUndefined();
});

test("an estimate is exact, at the order's own price or else the touch", () => {
  expect(text(estimateOf(draft({ type: "limit", limitPrice: "0.1", qty: "3" }), undefined)?.notional ?? ZERO)).toBe("0.3");
  expect(text(estimateOf(draft({}), parse("12.34"))?.notional ?? ZERO)).toBe("123.4");
  expect(estimateOf(draft({}), undefined)).toBeUndefined();
});

test("what is known is not replaced by what is older", () => {
  const order = (version: number, status: string) => ({ id: "1", version, status }) as Order;
  expect(latest(order(3, "filled"), order(2, "new")).status).toBe("filled");
  expect(latest(order(2, "new"), order(3, "filled")).status).toBe("filled");
  expect(isWorking("pending_cancel")).toBe(true);
  expect(isWorking("expired")).toBe(false);
});
