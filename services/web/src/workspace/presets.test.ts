import { describe, expect, it } from "vitest";
import { isPanel, PANELS } from "./names";
import { PRESETS, standard, understood } from "./presets";

const tabsOf = (node: ReturnType<typeof standard>["root"]): string[] =>
  node.type === "tabset" ? node.tabs.map((tab) => tab.id) : node.children.flatMap(tabsOf);

describe("presets", () => {
  it.each(PRESETS)("%s holds known panels, each once", (preset) => {
    const names = tabsOf(standard(preset).root);
    expect(names.every(isPanel)).toBe(true);
    expect(new Set(names).size).toBe(names.length);
  });

  it("reach every panel", () => {
    const shown = new Set(PRESETS.flatMap((preset) => tabsOf(standard(preset).root)));
    expect([...shown].sort()).toEqual(Object.keys(PANELS).sort());
  });
});

describe("a kept layout", () => {
  it("comes back as it was", () => {
    const layout = standard("trade");
    expect(understood(JSON.parse(JSON.stringify(layout)))).toEqual(layout);
  });

  it("loses a panel that is no longer there", () => {
    const kept = { version: 1, root: { type: "tabset", id: "a", tabs: [{ id: "chart", data: null }, { id: "crystal ball", data: null }] } };
    expect(tabsOf(understood(kept)?.root ?? standard("trade").root)).toEqual(["chart"]);
  });

  it.each([undefined, null, 7, "trade", [], { version: 99 }, { root: {} }])("that is none is refused: %j", (kept) => {
    expect(understood(kept)).toBeUndefined();
  });
});
