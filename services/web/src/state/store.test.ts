import { expect, it, vi } from "vitest";
import { Store, paced } from "./store";

it("a paced store tells the first and the last value, and few between", () => {
  vi.useFakeTimers();
  const source = new Store(0);
  const followed: number[] = [];
  const slow = paced(source, 100);
  slow.subscribe(() => followed.push(slow.get()));
  for (let value = 1; value <= 1000; value += 1) {
    source.set(value);
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(100);
  expect(followed.length).toBeLessThanOrEqual(12);
  expect(followed[0]).toBeLessThanOrEqual(2);
  expect(followed.at(-1)).toBe(1000);
  vi.useRealTimers();
});
