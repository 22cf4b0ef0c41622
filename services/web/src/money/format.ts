import { type Fixed, parse, text, toPlaces, tryParse } from "./fixed";

const MINUS = "−";
export const NOTHING = "–";

function grouped(plain: string): string {
  const negative = plain.startsWith("-");
  const [whole = "", fraction] = (negative ? plain.slice(1) : plain).split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return (negative ? MINUS : "") + (fraction === undefined ? groups : `${groups}.${fraction}`);
}

function fixed(value: Fixed | string | null | undefined): Fixed | undefined {
  return typeof value === "bigint" ? value : value == null ? undefined : tryParse(value);
}

/** "98,105.70" */
export function amount(value: Fixed | string | null | undefined, places = 2): string {
  const exact = fixed(value);
  return exact === undefined ? NOTHING : grouped(toPlaces(exact, places));
}

/** With the sign always shown, so that colour is not needed: "+12.30", "−4.00", "0.00". */
export function signed(value: Fixed | string | null | undefined, places = 2): string {
  const exact = fixed(value);
  if (exact === undefined) return NOTHING;
  const shown = toPlaces(exact, places);
  return (exact > 0n && /[1-9]/.test(shown) ? "+" : "") + grouped(/[1-9]/.test(shown) ? shown : shown.replace("-", ""));
}

/** A ratio as a signed percentage: "0.0123" → "+1.23%". */
export function percent(ratio: Fixed | string | null | undefined, places = 2): string {
  const exact = fixed(ratio);
  return exact === undefined ? NOTHING : `${signed(exact * 100n, places)}%`;
}

/** As many decimals as there are: quantities. */
export function quantity(value: Fixed | string | null | undefined): string {
  const exact = fixed(value);
  return exact === undefined ? NOTHING : grouped(text(exact));
}

/** A price with at least `places` decimals, and more where it has more. */
export function price(value: Fixed | string | null | undefined, places = 2): string {
  const exact = fixed(value);
  if (exact === undefined) return NOTHING;
  const own = text(exact).split(".")[1]?.length ?? 0;
  return grouped(toPlaces(exact, Math.max(places, Math.min(own, 6))));
}

export type Direction = "up" | "down" | "flat";

export function direction(value: Fixed | string | null | undefined): Direction {
  const exact = fixed(value);
  return exact === undefined || exact === 0n ? "flat" : exact > 0n ? "up" : "down";
}

/** Exact sum of decimal strings. */
export function sum(values: Iterable<string>): Fixed {
  let total = 0n;
  for (const value of values) total += parse(value);
  return total;
}
