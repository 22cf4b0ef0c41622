import { Store } from "./store";

export const VIEWS = ["trade", "risk", "research", "operations", "settings"] as const;
export type View = (typeof VIEWS)[number];
/** On a phone one part of the trade view shows at a time. */
export type Part = "watch" | "chart" | "ticket" | "book";

export interface ViewState {
  view: View;
  part: Part;
  help: boolean;
  /** The commands by name. */
  palette: boolean;
}

const fromPath = (): View => VIEWS.find((view) => location.pathname === `/${view}`) ?? "trade";

export const viewStore = new Store<ViewState>({ view: fromPath(), part: "chart", help: false, palette: false });

export function go(view: View): void {
  const path = view === "trade" ? "/" : `/${view}`;
  if (location.pathname !== path) history.pushState(null, "", path);
  viewStore.patch({ view });
}

addEventListener("popstate", () => viewStore.patch({ view: fromPath() }));
