import { normalizeWorkspaceModel, type TabNode, type WorkspaceModel, type WorkspaceModelInput, type WorkspaceNodeInput } from "react-resizable-panels";
import { isPanel, type PanelName, PANELS } from "./names";

export type Layout = WorkspaceModel<null>;

export const PRESETS = ["trade", "risk", "research", "operations"] as const;
export type Preset = (typeof PRESETS)[number];

export const tabOf = (name: PanelName): TabNode<null> => ({ id: name, title: PANELS[name], data: null });

/** Sizes are percentages of what holds the node. */
const tabs = (size: number, ...names: [PanelName, ...PanelName[]]): WorkspaceNodeInput<null> => ({ type: "tabset", size, tabs: names.map(tabOf), selectedId: names[0] });
const rows = (size: number, ...children: WorkspaceNodeInput<null>[]): WorkspaceNodeInput<null> => ({ type: "split", orientation: "vertical", size, children });
const columns = (...children: WorkspaceNodeInput<null>[]): WorkspaceModelInput<null> => ({
  version: 1, root: { type: "split", orientation: "horizontal", children },
});

const STANDARD: Record<Preset, WorkspaceModelInput<null>> = {
  trade: columns(
    tabs(20, "watchlist"),
    rows(43, tabs(60, "chart"), tabs(40, "positions", "open", "orders", "fills", "equity")),
    rows(16, tabs(62, "ladder"), tabs(38, "tape")),
    tabs(21, "ticket"),
  ),
  risk: columns(
    rows(34, tabs(46, "halts"), tabs(54, "limits")),
    rows(66, tabs(34, "exposure"), tabs(33, "positions", "open"), tabs(33, "refused")),
  ),
  research: columns(
    tabs(22, "watchlist"),
    rows(53, tabs(64, "chart"), tabs(36, "equity", "performance", "fills", "positions")),
    rows(25, tabs(45, "predictions", "account"), tabs(55, "tape")),
  ),
  operations: columns(
    rows(38, tabs(50, "platform"), tabs(50, "halts", "limits")),
    rows(62, tabs(34, "feeds"), tabs(33, "alerts"), tabs(33, "latency", "open", "refused")),
  ),
};

/** A layout that was kept, made whole; `undefined` where it is none. Panels that are no longer there are left out. */
export function understood(kept: unknown): Layout | undefined {
  const mapTab = (tab: TabNode<null>) => (isPanel(tab.id) ? tabOf(tab.id) : null);
  return normalizeWorkspaceModel<null>(kept, { mapTab }) ?? undefined;
}

export function standard(preset: Preset): Layout {
  const layout = understood(STANDARD[preset]);
  if (!layout) throw new Error(`the preset ${preset} is no layout`);
  return layout;
}
