import { expect, it } from "vitest";
import { kindOf, quantile } from "./latency";

it("one kind of call, whatever it is about", () => {
  expect(kindOf("DELETE", "/v2/orders/0192f0c4-aaaa-7bbb-8ccc-123456789abc")).toBe("DELETE /v2/orders/…");
  expect(kindOf("GET", "/v2/stocks/AAPL/bars")).toBe("GET /v2/stocks/AAPL/bars");
  expect(kindOf("GET", "/v2/account/portfolio/history")).toBe("GET /v2/account/portfolio/history");
});

it("quantiles of timings", () => {
  expect(quantile([], 0.5)).toBeUndefined();
  expect(quantile([3], 0.99)).toBe(3);
  expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3);
  expect(quantile([5, 1, 4, 2, 3], 0.95)).toBe(5);
});
