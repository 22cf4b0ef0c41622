import { lazy, Suspense, useEffect } from "react";
import { listenForKeys } from "../keyboard/keys";
import { Notices } from "../parts/Notices";
import { useMedia } from "../parts/use_media";
import { useStore } from "../state/store";
import { viewStore } from "../state/view";
import { Help } from "./Help";
import { Palette } from "./Palette";
import { SettingsView } from "./SettingsView";
import { TopBar } from "./TopBar";

const Dock = lazy(() => import("../workspace/Dock"));
const Narrow = lazy(() => import("./Narrow"));
const NARROW = "(max-width: 1000px)";

export function Terminal() {
  const { view, help, palette } = useStore(viewStore);
  const narrow = useMedia(NARROW);
  useEffect(listenForKeys, []);
  const Workspace = narrow ? Narrow : Dock;
  return (
    <div className="terminal">
      <TopBar />
      {view === "settings" ? <SettingsView /> : (
        <Suspense fallback={<main className="view"><p className="empty">…</p></main>}><Workspace key={view} preset={view} /></Suspense>
      )}
      <Notices />
      {help && <Help />}
      {palette && <Palette />}
    </div>
  );
}
