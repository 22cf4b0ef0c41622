import { expect, test } from "vitest";
import { type Candle, intervalOf, joined, traded } from "./chart_data";

const candle = (time: number, close = 10): Candle => ({ time, open: 10, high: 11, low: 9, close, volume: 5 });

test("pages join without doubles, in order", () => {
  const all = joined([candle(120), candle(180, 1)], [candle(60), candle(180, 2)]);
  expect(all.map((c) => [c.time, c.close])).toEqual([[60, 10], [120, 10], [180, 2]]);
});

test("a trade moves the last candle or opens the next", () => {
  const minute = intervalOf("1Min");
  expect(traded(candle(60), 12, 61, minute)).toMatchObject({ time: 60, high: 12, low: 9, close: 12, volume: 5 });
  expect(traded(candle(60), 12, 125, minute)).toEqual({ time: 120, open: 12, high: 12, low: 12, close: 12, volume: 0 });
  expect(intervalOf("no such").word).toBe("1Min");
});
