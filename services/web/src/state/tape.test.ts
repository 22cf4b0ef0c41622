import { expect, it } from "vitest";
import { joined, type Trade, ways } from "./tape";

const trade = (second: number, p: number, i = second) => ({ t: `2026-01-05T14:30:${String(second).padStart(2, "0")}Z`, p, s: 1, i }) as Trade;

it("joins what was read with what came, newest first, each once", () => {
  const tape = joined([trade(3, 10), trade(1, 9)], [trade(2, 11), trade(3, 10), trade(3, 12, 99)]);
  expect(tape.map((each) => each.i)).toEqual([99, 3, 2, 1]);
});

it("puts what is newer in front, and forgets what is oldest", () => {
  const first = joined([], [trade(2, 9), trade(1, 8)]);
  expect(joined(first, [trade(3, 10), trade(4, 11)]).map((each) => each.i)).toEqual([4, 3, 2, 1]);
  expect(joined(first, [trade(2, 9)])).toEqual(first);
  const many = Array.from({ length: 300 }, (_, i) => trade(1, 9, i));
  const full = joined(joined([], many), [trade(2, 10, 400)]);
  expect([full.length, full[0]?.i, full.at(-1)?.i]).toEqual([300, 400, 1]);
});

it("says which way prices went", () => {
  expect(ways([trade(4, 10), trade(3, 10), trade(2, 11), trade(1, 9)])).toEqual(["down", "down", "up", "flat"]);
  expect(ways([])).toEqual([]);
});
