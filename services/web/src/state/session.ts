import { session } from "../api/session";
import type { User } from "../api/types";
import { note } from "./latency";
import { Store } from "./store";

export interface SessionState {
  status: "starting" | "unreachable" | "out" | "in";
  user: User | undefined;
  why: string;
}

export const sessionStore = new Store<SessionState>({ status: "starting", user: undefined, why: "" });

session.onTimed = note;
session.onChange((tokens, why) => {
  if (!tokens) {
    sessionStore.set({ status: "out", user: undefined, why: why ?? "" });
  } else if (sessionStore.get().user?.id === tokens.user.id) {
    sessionStore.patch({ user: tokens.user });
  } else {
    sessionStore.set({ status: "in", user: tokens.user, why: "" });
  }
});

export async function resumeSession(): Promise<void> {
  try {
    if (!(await session.resume())) sessionStore.patch({ status: "out" });
  } catch (error) {
    sessionStore.patch({ status: "unreachable", why: error instanceof Error ? error.message : "" });
    setTimeout(() => void resumeSession(), 2_000);
  }
}

export const hasRole = (role: "trader" | "risk" | "operations" | "admin") => (state: SessionState) =>
  state.user?.roles.includes(role) ?? false;
