import { Store } from "./store";

/** How long one kind of call took lately, milliseconds, oldest first. */
export type Timings = ReadonlyMap<string, readonly number[]>;

const KEPT_MAX = 200;
const IDENTIFIER = /^(?=.*\d)[0-9a-zA-Z-]{16,}$/;

export const latencyStore = new Store<Timings>(new Map());

/** The same kind of call whatever its identifier: "DELETE /v2/orders/…". */
export const kindOf = (method: string, path: string) =>
  `${method} ${path.split("/").map((part) => (IDENTIFIER.test(part) ? "…" : part)).join("/")}`;

export function note(method: string, path: string, ms: number): void {
  const kind = kindOf(method, path);
  const timings = latencyStore.get();
  latencyStore.set(new Map(timings).set(kind, [...(timings.get(kind) ?? []), ms].slice(-KEPT_MAX)));
}

/** The value below which a share of the timings lies. */
export function quantile(timings: readonly number[], share: number): number | undefined {
  const sorted = [...timings].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
