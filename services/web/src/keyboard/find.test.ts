import { expect, it } from "vitest";
import { matching } from "./find";

const NAMES = ["Go to Risk", "Show Chart", "Show Order ticket", "MSFT Microsoft", "Cancel all orders"].map((name) => ({ name }));
const found = (text: string) => matching(NAMES, text, 9).map(({ name }) => name);

it("finds by beginnings, words and parts of words, in this order", () => {
  expect(found("")).toHaveLength(5);
  expect(found("show o")).toEqual(["Show Order ticket", "Show Chart"]);
  expect(found("order")).toEqual(["Show Order ticket", "Cancel all orders"]);
  expect(found("art")).toEqual(["Show Chart"]);
  expect(found("micro msft")).toEqual(["MSFT Microsoft"]);
  expect(found("<script>")).toEqual([]);
});
