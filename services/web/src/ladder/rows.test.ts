import { describe, expect, it } from "vitest";
import type { Order } from "../api/types";
import { parse } from "../money/fixed";
import { centred, inSight, priceAt, resting, rowsFrom, sideAt } from "./rows";

const CENT = parse("0.01");
const touch = { bid: parse("10.00"), ask: parse("10.02"), bidSize: 300, askSize: 500 };
const order = (change: Partial<Order>) =>
  ({ symbol: "AAPL", side: "buy", type: "limit", limit_price: "9.99", qty: "7", filled_qty: "2", status: "new", ...change }) as Order;

describe("rows", () => {
  it("show sizes only where the feed tells them", () => {
    const rows = rowsFrom(parse("10.03"), 5, CENT, touch, []);
    expect(rows.map((row) => row.bidSize)).toEqual([undefined, undefined, undefined, 300, undefined]);
    expect(rows.map((row) => row.askSize)).toEqual([undefined, 500, undefined, undefined, undefined]);
  });

  it("show the venue's book behind the touch, and nothing of it that the touch denies", () => {
    const book = {
      bids: new Map([[parse("10.01"), 9], [parse("9.99"), 40]]),
      asks: new Map([[parse("10.02"), 510], [parse("10.03"), 60]]),
    };
    const rows = rowsFrom(parse("10.03"), 5, CENT, touch, [], book);
    expect(rows.map((row) => row.bidSize)).toEqual([undefined, undefined, undefined, 300, 40]);
    expect(rows.map((row) => row.askSize)).toEqual([60, 510, undefined, undefined, undefined]);
  });

  it("show what of own orders can still fill", () => {
    const own = [order({}), order({ qty: "3", filled_qty: "0" }), order({ side: "sell", limit_price: "10.03", qty: "4", filled_qty: "0" })];
    const rows = rowsFrom(parse("10.03"), 5, CENT, undefined, own);
    expect(rows.at(-1)?.buying).toBe(parse("8"));
    expect(rows[0]?.selling).toBe(parse("4"));
  });
});

it("only limit orders of the symbol that work rest in it", () => {
  const orders = [order({}), order({ symbol: "MSFT" }), order({ type: "market", limit_price: null }), order({ status: "canceled" })];
  expect(resting(orders, "AAPL")).toHaveLength(1);
});

it("the touch is in the middle of a centred ladder, and in sight", () => {
  for (const count of [5, 20, 41]) {
    const top = centred(touch, count, CENT);
    const rows = rowsFrom(top, count, CENT, touch, []);
    expect(rows.filter((row) => row.bidSize !== undefined || row.askSize !== undefined)).toHaveLength(2);
    expect(inSight(touch, top, count, CENT)).toBe(true);
    expect(inSight(touch, top + parse("1"), count, CENT)).toBe(false);
  }
});

it("a place in the ladder is a price and a side", () => {
  expect(priceAt(0, 20, parse("10.03"), CENT)).toBe(parse("10.03"));
  expect(priceAt(59.9, 20, parse("10.03"), CENT)).toBe(parse("10.01"));
  expect(priceAt(-4, 20, parse("10.03"), CENT)).toBe(parse("10.03"));
  expect(sideAt(10, 100)).toBe("buy");
  expect(sideAt(90, 100)).toBe("sell");
});
