import { change, settingsStore } from "../state/settings";
import { go } from "../state/view";
import { layoutOf } from "./dock";
import type { Layout, Preset } from "./presets";

/** A workspace as its user kept it under a name. */
export interface NamedLayout {
  name: string;
  preset: Preset;
  layout: Layout;
}

export const NAME_MAX = 40;
/** The platform keeps 64 KiB of settings for a user. */
export const NAMED_MAX = 12;

/** Keeps a workspace as it is now; the name's earlier layout is replaced. */
export function keepAs(name: string, preset: Preset): void {
  const others = settingsStore.get().named.filter((kept) => kept.name !== name);
  const all = [...others, { name, preset, layout: layoutOf(preset) }].sort((a, b) => a.name.localeCompare(b.name));
  change({ named: all.slice(0, NAMED_MAX) });
}

export function forget(name: string): void {
  change({ named: settingsStore.get().named.filter((kept) => kept.name !== name) });
}

/** Makes the workspace what it was when it was kept. */
export function take({ preset, layout }: NamedLayout): void {
  change({ layouts: { ...settingsStore.get().layouts, [preset]: layout } });
  go(preset);
}
