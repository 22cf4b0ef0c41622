import { createWatchlist, listWatchlists, setWatchlist } from "../api/calls";
import { messageOf } from "../api/error";
import { notify } from "./notices";
import { Store } from "./store";

const NAME = "Terminal";
const FIRST_MAX = 12;

export const watchlistStore = new Store<{ id: string; symbols: readonly string[] }>({ id: "", symbols: [] });

/** The user's list on the platform; a new user gets the first symbols of the platform. */
export async function loadWatchlist(listed: readonly string[]): Promise<void> {
  const lists = await listWatchlists();
  const own = lists.find((list) => list.name === NAME) ?? (await createWatchlist(NAME, listed.slice(0, FIRST_MAX)));
  watchlistStore.set({ id: own.id, symbols: own.assets.map((asset) => asset.symbol) });
}

export function watch(symbol: string): void {
  const { symbols } = watchlistStore.get();
  if (!symbols.includes(symbol)) void save([...symbols, symbol]);
}

export function unwatch(symbol: string): void {
  void save(watchlistStore.get().symbols.filter((other) => other !== symbol));
}

async function save(symbols: readonly string[]): Promise<void> {
  const before = watchlistStore.get();
  watchlistStore.set({ ...before, symbols });
  try {
    await setWatchlist(before.id, [...symbols]);
  } catch (error) {
    watchlistStore.set(before);
    notify("bad", "The watchlist was not saved", messageOf(error));
  }
}
