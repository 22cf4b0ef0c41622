import type { TabDropTarget, WorkspaceImperativeHandle, WorkspaceNode } from "react-resizable-panels";
import { change, settingsStore } from "../state/settings";
import { viewStore } from "../state/view";
import { isPanel, type PanelName } from "./names";
import { type Layout, type Preset, PRESETS, standard, tabOf, understood } from "./presets";

/** The workspace on the screen, while there is one. */
let dock: WorkspaceImperativeHandle<null> | undefined;
/** The panel that was last pressed, focused or shown. */
let active: PanelName | undefined;

export function attach(shown: WorkspaceImperativeHandle<null> | null): void {
  dock = shown ?? undefined;
}

export function arrange(layout: Layout): void {
  dock?.setModel(layout);
}

export function activate(name: string): void {
  if (isPanel(name)) active = name;
}

export const isPreset = (view: string): view is Preset => (PRESETS as readonly string[]).includes(view);

export function layoutOf(preset: Preset): Layout {
  return understood(settingsStore.get().layouts[preset]) ?? standard(preset);
}

export function keep(preset: Preset, layout: Layout): void {
  change({ layouts: { ...settingsStore.get().layouts, [preset]: layout } });
}

function tabsets(node: WorkspaceNode<null>): Extract<WorkspaceNode<null>, { type: "tabset" }>[] {
  return node.type === "tabset" ? [node] : node.children.flatMap(tabsets);
}

function placeOf(name: PanelName) {
  const model = dock?.getModel();
  return model && [...tabsets(model.root), ...(model.floating ?? [])].find(({ tabs }) => tabs.some((tab) => tab.id === name));
}

/** Brings a panel to the front, and into the workspace where it is not in it. */
export function show(name: PanelName): void {
  if (!dock) return;
  active = name;
  const { maximizedTabsetId } = dock.getModel();
  const place = placeOf(name);
  if (maximizedTabsetId && maximizedTabsetId !== place?.id) dock.restoreTabset();
  if (place) dock.selectTab(name);
  else dock.addTab(tabOf(name), { select: true });
}

export function close(name = active): void {
  if (name) dock?.closeTab(name);
}

/** Puts the panel that was used last beside all others. */
export function moveTo(edge: Extract<TabDropTarget, { edge: unknown }>["edge"]): void {
  if (active && placeOf(active)) dock?.moveTab(active, { edge });
}

/** Makes the panel that was used last as large as the workspace, or all as they were. */
export function maximize(): void {
  if (dock?.getModel().maximizedTabsetId) return dock.restoreTabset();
  const place = active && placeOf(active);
  if (place) dock?.maximizeTabset(place.id);
}

export function resetLayout(): void {
  const { view } = viewStore.get();
  if (!isPreset(view)) return;
  const layouts = { ...settingsStore.get().layouts };
  delete layouts[view];
  change({ layouts });
}
