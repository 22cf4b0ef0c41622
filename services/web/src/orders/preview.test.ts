import { expect, it } from "vitest";
import type { Account, Limits, Policy, Position } from "../api/types";
import { parse } from "../money/fixed";
import { emptyDraft } from "./draft";
import { preview } from "./preview";

const NONE = {
  max_order_quantity: null, max_order_notional: null, max_position_quantity: null, max_position_notional: null, max_open_orders: null,
} as unknown as Limits;
const policy = (limits: Partial<Limits>) =>
  ({ version: 1, defaults: { ...NONE, ...limits }, overrides: [], restrictions: [] }) as unknown as Policy;
const account = { id: "a", buying_power: "1000" } as Account;
const draft = { ...emptyDraft("AAPL"), qty: "10" };
const reasons = (given: Policy, change: Partial<typeof draft> = {}, held?: string) =>
  preview({ ...draft, ...change }, parse("50"), account, held ? ({ qty: held } as Position) : undefined, given, 3)
    ?.uses.filter((use) => use.exceeded).map((use) => use.reason);

it("names the reasons that the engine would give", () => {
  expect(reasons(policy({}))).toEqual([]);
  expect(reasons(policy({ max_order_notional: "499.99" }))).toEqual(["ORDER_NOTIONAL"]);
  expect(reasons(policy({ max_order_quantity: "9", max_position_quantity: "14" }), {}, "5")).toEqual(["ORDER_QUANTITY", "POSITION_QUANTITY"]);
  expect(reasons(policy({ max_open_orders: 3 }))).toEqual(["OPEN_ORDERS"]);
  expect(reasons(policy({}), { qty: "21" })).toEqual(["BUYING_POWER"]);
  expect(reasons(policy({}), { qty: "21", type: "limit", limitPrice: "40" })).toEqual([]);
});

it("selling what is held uses less", () => {
  expect(reasons(policy({ max_position_quantity: "10" }), { side: "sell" }, "15")).toEqual([]);
});
