/**
 * Exact decimals as a BigInt of 10^-18: the API's decimal strings come in, decimal strings go out,
 * and no amount that is shown passes through a float.
 */
export type Fixed = bigint;

const PLACES = 18;
const ONE = 10n ** BigInt(PLACES);
const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?$/;

export const ZERO: Fixed = 0n;

/** Undefined where the text is no decimal number, or has more than 18 decimal places. */
export function tryParse(text: string): Fixed | undefined {
  const match = PATTERN.exec(text.trim());
  const [, sign = "", whole = "", fraction = ""] = match ?? [];
  if (!match || (whole === "" && fraction === "") || fraction.length > PLACES) return undefined;
  const size = BigInt(whole + fraction.padEnd(PLACES, "0"));
  return sign === "-" ? -size : size;
}

export function parse(text: string): Fixed {
  const value = tryParse(text);
  if (value === undefined) throw new RangeError(`not a decimal number: ${text}`);
  return value;
}

/** A JSON number of the market data API; its shortest text is exact up to 15 digits. */
export function fromNumber(value: number): Fixed {
  return parse(Math.abs(value) >= 1e-6 || value === 0 ? String(value) : value.toFixed(PLACES));
}

/** For drawing only. */
export function toNumber(value: Fixed): number {
  return Number(text(value));
}

export function multiply(a: Fixed, b: Fixed): Fixed {
  return roundedQuotient(a * b, ONE);
}

/** Undefined where `b` is zero. */
export function divide(a: Fixed, b: Fixed): Fixed | undefined {
  return b === ZERO ? undefined : roundedQuotient(a * ONE, b);
}

export function absolute(value: Fixed): Fixed {
  return value < 0n ? -value : value;
}

export function isMultiple(value: Fixed, step: Fixed): boolean {
  return step !== ZERO && value % step === ZERO;
}

/** The shortest decimal text. */
export function text(value: Fixed): string {
  const digits = absolute(value).toString().padStart(PLACES + 1, "0");
  const fraction = digits.slice(-PLACES).replace(/0+$/, "");
  const whole = digits.slice(0, -PLACES);
  return (value < 0n ? "-" : "") + (fraction ? `${whole}.${fraction}` : whole);
}

/** Rounded half away from zero to `places`, with exactly so many. */
export function toPlaces(value: Fixed, places: number): string {
  const rounded = roundedQuotient(value, 10n ** BigInt(PLACES - places));
  const digits = absolute(rounded).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places);
  return (rounded < 0n ? "-" : "") + (places ? `${whole}.${fraction}` : whole);
}

/** Decimal places of a grid: 2 of "0.01". */
export function placesOf(step: string): number {
  return text(parse(step)).split(".")[1]?.length ?? 0;
}

function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const a = absolute(dividend);
  const b = absolute(divisor);
  const quotient = (a * 2n + b) / (b * 2n);
  return negative ? -quotient : quotient;
}
