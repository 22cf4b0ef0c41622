import { getSettings, putSettings } from "../api/calls";
import type { NamedLayout } from "../workspace/named";
import { type Layout, type Preset, PRESETS } from "../workspace/presets";
import { Store } from "./store";

/** What a user sets, kept with the user on the platform and, for the first paint, in this browser. */
export interface Settings {
  theme: "dark" | "light" | "system";
  palette: "safe" | "classic";
  density: "compact" | "comfortable";
  symbol: string;
  interval: string;
  /** Ask before an order goes out. */
  review: boolean;
  /** Shares of an order from the ladder, as written. */
  ladderSize: string;
  /** Where panels are, by preset; a preset that is not in it stands as it came. */
  layouts: Partial<Record<Preset, Layout>>;
  /** Layouts that the user gave a name. */
  named: readonly NamedLayout[];
}

const KEY = "cift.settings";
const SAVE_MS = 800;
const DEFAULTS: Settings = {
  theme: "dark", palette: "safe", density: "compact", symbol: "", interval: "1Min", review: true, ladderSize: "10", layouts: {}, named: [],
};

let saved: Record<string, unknown> = {};
let timer: ReturnType<typeof setTimeout> | undefined;

export const settingsStore = new Store<Settings>({ ...DEFAULTS, ...stored() });

function stored(): Partial<Settings> {
  try {
    return understood(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    return {};
  }
}

/** Only what has the right shape: the document can come from another version. */
function understood(value: unknown): Partial<Settings> {
  if (typeof value !== "object" || value === null) return {};
  const given = value as Record<string, unknown>;
  const kept = Object.entries(DEFAULTS).filter(([name, standard]) =>
    typeof given[name] === typeof standard && given[name] !== null && Array.isArray(given[name]) === Array.isArray(standard));
  const known = Object.fromEntries(kept.map(([name]) => [name, given[name]])) as Partial<Settings>;
  return known.named ? { ...known, named: known.named.filter(isNamed) } : known;
}

/** A layout itself is looked at when it is used. */
function isNamed(kept: Partial<NamedLayout> | null): boolean {
  return typeof kept?.name === "string" && typeof kept.layout === "object" && (PRESETS as readonly unknown[]).includes(kept.preset);
}

export async function loadSettings(): Promise<void> {
  saved = await getSettings();
  settingsStore.patch(understood(saved["terminal"]));
}

export function change(settings: Partial<Settings>): void {
  settingsStore.patch(settings);
  localStorage.setItem(KEY, JSON.stringify(settingsStore.get()));
  clearTimeout(timer);
  timer = setTimeout(() => {
    // Other clients may keep things of their own in the document.
    saved = { ...saved, terminal: settingsStore.get() };
    void putSettings(saved).catch(() => undefined);
  }, SAVE_MS);
}

/** Sets what the style sheet looks at. */
export function paint(settings: Settings): void {
  const light = settings.theme === "light" || (settings.theme === "system" && matchMedia("(prefers-color-scheme: light)").matches);
  Object.assign(document.documentElement.dataset, {
    theme: light ? "light" : "dark",
    palette: settings.palette,
    density: settings.density,
  });
}
