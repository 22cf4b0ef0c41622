import { expect, test } from "vitest";
import { codeOf } from "./link_code";

test("a link's code is read from behind the #, and nothing else is", () => {
  expect(codeOf("#reset=Ab-_9")).toEqual({ purpose: "reset", code: "Ab-_9" });
  expect(codeOf("#invite=x")).toEqual({ purpose: "invite", code: "x" });
  for (const none of ["", "#", "#reset", "#reset=", "#other=x", "#reset=<b>", `#reset=${"x".repeat(257)}`]) {
    expect(codeOf(none)).toBeUndefined();
  }
});
