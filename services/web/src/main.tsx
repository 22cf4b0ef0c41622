import { createRoot } from "react-dom/client";
import { App } from "./App";
import { messageOf } from "./api/error";
import { goDark, goLive } from "./state/live";
import { notify } from "./state/notices";
import { resumeSession, sessionStore } from "./state/session";
import { paint, settingsStore } from "./state/settings";
import "./theme/index.css";

const AGAIN_MS = 2_000;

let user: string | undefined;

/** Data flows while a user is logged in, from before the first paint of their terminal. */
function follow(): void {
  const now = sessionStore.get().user?.id;
  if (now === user) return;
  if (user) goDark();
  user = now;
  if (now) void begin(now);
}

async function begin(id: string): Promise<void> {
  try {
    await goLive();
  } catch (error) {
    if (user !== id) return;
    notify("bad", "The terminal could not start", `${messageOf(error)}. Trying again.`);
    goDark();
    setTimeout(() => user === id && void begin(id), AGAIN_MS);
  }
}

paint(settingsStore.get());
settingsStore.subscribe(() => paint(settingsStore.get()));
matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => paint(settingsStore.get()));
sessionStore.subscribe(follow);
void resumeSession();

const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
