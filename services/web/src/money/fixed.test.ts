import { describe, expect, test } from "vitest";
import { divide, fromNumber, isMultiple, multiply, parse, placesOf, text, toPlaces, tryParse } from "./fixed";
import { amount, percent, price, quantity, signed } from "./format";

describe("exact decimals", () => {
  test("come back as they were", () => {
    for (const written of ["0", "1", "-1", "0.1", "98105.7", "-0.000000001", "123456789012345678.123456789"]) {
      expect(text(parse(written))).toBe(written);
    }
  });

  test("do what floats cannot", () => {
    expect(text(parse("0.1") + parse("0.2"))).toBe("0.3");
    expect(text(multiply(parse("1.1"), parse("1.1")))).toBe("1.21");
    expect(text(multiply(parse("98105.70"), parse("-3")))).toBe("-294317.1");
    expect(text(parse("9007199254740993") + parse("0.01"))).toBe("9007199254740993.01");
  });

  test("round half away from zero", () => {
    expect(toPlaces(parse("1.005"), 2)).toBe("1.01");
    expect(toPlaces(parse("-1.005"), 2)).toBe("-1.01");
    expect(toPlaces(parse("0.004"), 2)).toBe("0.00");
    expect(toPlaces(parse("7.5"), 0)).toBe("8");
    expect(text(divide(parse("1"), parse("-8")) ?? 0n)).toBe("-0.125");
    expect(divide(parse("1"), 0n)).toBeUndefined();
  });

  test("refuse what is no number", () => {
    for (const written of ["", ".", "-", "1e5", "1,000", "0x1", "NaN", "1.2.3", "0.1234567890123456789"]) {
      expect(tryParse(written)).toBeUndefined();
    }
  });

  test("take market data's JSON numbers exactly", () => {
    expect(text(fromNumber(230.1))).toBe("230.1");
    expect(text(fromNumber(0.0000001))).toBe("0.0000001");
    expect(text(fromNumber(1234567.89))).toBe("1234567.89");
  });

  test("know their grid", () => {
    expect(isMultiple(parse("189.43"), parse("0.01"))).toBe(true);
    expect(isMultiple(parse("189.435"), parse("0.01"))).toBe(false);
    expect(placesOf("0.01")).toBe(2);
    expect(placesOf("1")).toBe(0);
  });
});

test("figures are shown with sign and groups", () => {
  expect(amount("98105.7")).toBe("98,105.70");
  expect(amount("-1234567.891")).toBe("−1,234,567.89");
  expect(signed("12.3")).toBe("+12.30");
  expect(signed("-0.001")).toBe("0.00");
  expect(percent("0.01234")).toBe("+1.23%");
  expect(quantity("10000")).toBe("10,000");
  expect(price("189.4301")).toBe("189.4301");
  expect(amount(null)).toBe("–");
});
