import { getAccount, getClock, getPlatform, getPolicy, getSnapshots, listAssets, listFills, listHalts, listOrders, listPositions } from "../api/calls";
import { messageOf } from "../api/error";
import { session } from "../api/session";
import { amount, price, quantity } from "../money/format";
import type { TradeUpdate } from "../stream/protocol";
import type { News } from "../stream/market_stream";
import { Streams } from "../stream/streams";
import { applyUpdate, bookStore, clearBook, mergeFills, mergeOrders } from "./book";
import { depthStore } from "./depth";
import { linkStore } from "./link";
import { marketStore, takeNews, takeSnapshots } from "./market";
import { notify } from "./notices";
import { platformStore } from "./platform";
import { Poll } from "./polling";
import { riskStore } from "./risk";
import { change, loadSettings, settingsStore } from "./settings";
import { edit, ticketStore, timeFill } from "./ticket";
import { loadWatchlist, watchlistStore } from "./watchlist";

const QUOTES_MS = 2_000;
const QUOTES_WITHOUT_STREAM_MS = 400;
const ACCOUNT_MS = 2_000;
const HALTS_MS = 2_000;
const CLOCK_MS = 30_000;

/** Bars of the day and minute, the first quotes, and all quotes while the stream is away. */
const quotes = new Poll(async () => {
  const held = bookStore.get().positions.map((position) => position.symbol);
  const wanted = new Set([...watchlistStore.get().symbols, ...held, settingsStore.get().symbol].filter(Boolean));
  streams.follow([...wanted]);
  if (!wanted.size) return;
  try {
    takeSnapshots(await getSnapshots([...wanted]));
    if (marketStore.get().trouble) marketStore.patch({ trouble: "" });
  } catch (error) {
    marketStore.patch({ trouble: messageOf(error) });
  }
}, () => (streams.pricesAreLive ? QUOTES_MS : QUOTES_WITHOUT_STREAM_MS));

const account = new Poll(async () => {
  const [read, positions] = await Promise.all([getAccount(), listPositions()]);
  bookStore.patch({ account: read, positions });
}, ACCOUNT_MS);

const risk = new Poll(async () => {
  try {
    const halts = await listHalts();
    const before = riskStore.get().halts;
    if (JSON.stringify(halts) !== JSON.stringify(before)) {
      riskStore.patch({ halts });
      if (before) tellHalts(before.length, halts.length, halts.at(-1)?.reason ?? "");
    }
  } catch {
    riskStore.patch({ halts: undefined });
  }
}, HALTS_MS);

const clock = new Poll(async () => {
  const asked = Date.now();
  const read = await getClock();
  const skew = Date.parse(read.timestamp) - (asked + Date.now()) / 2;
  marketStore.patch({ clock: read, skew });
}, CLOCK_MS);

const policy = new Poll(async () => riskStore.patch({ policy: await getPolicy() }), CLOCK_MS);
const POLLS = [quotes, account, risk, clock, policy];

export const refreshAccount = () => account.now();
export const refreshRisk = () => {
  risk.now();
  policy.now();
};

/** What came since the last painting. A hidden page is never painted: there it is taken in every couple of seconds. */
const WAITING_MAX = 128;
let news: News[] = [];
let frame = 0;

function paintNews(): void {
  cancelAnimationFrame(frame);
  frame = 0;
  const came = news;
  news = [];
  for (const each of came) takeNews(each);
}

const streams = new Streams({
  takeNews: (came) => {
    news.push(came);
    if (news.length >= WAITING_MAX) paintNews();
    else frame ||= requestAnimationFrame(paintNews);
  },
  token: (renew) => (renew ? session.renew() : session.token()),
  readAll: async () => {
    // The number first: what happens while the rest is read comes again as an update.
    const read = await getAccount();
    const [positions, open, all, fills] = await Promise.all([
      listPositions(), listOrders("open", 500), listOrders("all", 200), listFills(),
    ]);
    clearBook();
    bookStore.patch({ account: read, positions });
    mergeOrders([...all, ...open]);
    mergeFills(fills);
    return read.sequence;
  },
  apply: (update) => {
    applyUpdate(update, bookStore.get().account?.id ?? "");
    timeFill(update.order);
    tellUpdate(update);
    if (update.qty) account.now();
  },
  tell: (link) => {
    const before = linkStore.get();
    linkStore.set(link);
    if (link.status === "live" && before.status !== "live") account.now();
  },
});

function tellUpdate(update: TradeUpdate): void {
  const { order } = update;
  const what = `${order.side === "buy" ? "Buy" : "Sell"} ${quantity(order.qty)} ${order.symbol}`;
  if (update.event === "fill" || update.event === "partial_fill") {
    const verb = order.side === "buy" ? "Bought" : "Sold";
    const rest = update.event === "partial_fill" ? `, ${quantity(order.filled_qty)} of ${quantity(order.qty)} so far` : "";
    notify("fill", `${verb} ${quantity(update.qty)} ${order.symbol} at ${price(update.price)}${rest}`, `Cash ${amount(update.cash)}`);
  } else if (update.event === "canceled" || update.event === "expired" || update.event === "replaced") {
    notify("info", `${what} ${update.event}`, order.reason ?? "");
  } else if (update.event === "rejected" || update.event.endsWith("_rejected")) {
    notify("bad", `${what}: ${update.event.replaceAll("_", " ")}`, order.reason ?? "");
    risk.now();
  }
}

function tellHalts(before: number, now: number, reason: string): void {
  if (now > before) notify("bad", "Trading was halted", reason);
  else if (now < before) notify("info", "A halt was lifted");
}

let unsubscribe: () => void = () => undefined;

/** Everything that a user sees starts here, once they are logged in. */
export async function goLive(): Promise<void> {
  streams.start();
  for (const poll of [account, risk, clock, policy]) poll.start();
  const [assets, platform] = await Promise.all([listAssets(), getPlatform(), loadSettings()]);
  marketStore.patch({ assets });
  platformStore.set(platform);
  const listed = assets.map((asset) => asset.symbol);
  await loadWatchlist(listed);
  const { symbol } = settingsStore.get();
  choose(listed.includes(symbol) ? symbol : (watchlistStore.get().symbols[0] ?? listed[0] ?? ""));
  quotes.start();
  streams.startPrices();
  unsubscribe = watchlistStore.subscribe(() => quotes.now());
}

/** Whose book is shown; none: empty. */
export const followBook = (symbol: string) => streams.followBooks(symbol ? [symbol] : []);

export function goDark(): void {
  unsubscribe();
  streams.stop();
  cancelAnimationFrame(frame);
  frame = 0;
  news = [];
  for (const poll of POLLS) poll.stop();
  clearBook();
  watchlistStore.set({ id: "", symbols: [] });
  riskStore.set({ policy: undefined, halts: undefined });
  marketStore.patch({ ticks: {} });
  depthStore.set(undefined);
  linkStore.set({ status: "connecting", sequence: 0, why: "" });
}

/** Makes a symbol the one that chart and ticket are about. */
export function choose(symbol: string): void {
  if (symbol !== settingsStore.get().symbol) change({ symbol });
  if (ticketStore.get().draft.symbol !== symbol) edit({ symbol, limitPrice: "", stopPrice: "", trail: "" });
  quotes.now();
}

session.onChange((tokens) => tokens && streams.reauthenticate(tokens.access_token));
addEventListener("online", () => streams.hurry());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  streams.hurry();
  for (const poll of POLLS) poll.now();
});
