import { expect, test } from "vitest";
import { type News, sort } from "./market_stream";

test("the newest quote and trade of each symbol are kept", () => {
  const news: News = new Map();
  expect(sort('[{"T":"success","msg":"connected"}]', news)).toBe(false);
  expect(sort('[{"T":"success","msg":"authenticated"}]', news)).toBe(true);
  sort('[{"T":"q","S":"A","bp":1,"ap":2,"t":"1"},{"T":"t","S":"A","p":1.5,"t":"1"},{"T":"q","S":"B","bp":5,"ap":6,"t":"1"}]', news);
  sort('[{"T":"q","S":"A","bp":3,"ap":4,"t":"2"},{"T":"subscription","quotes":["A"]}]', news);
  expect(news.get("A")).toMatchObject({ latestQuote: { bp: 3 }, latestTrade: { p: 1.5 } });
  expect(news.get("B")?.latestTrade).toBeUndefined();
});
