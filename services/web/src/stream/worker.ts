import { MarketStream, type News } from "./market_stream";
import { TradeStream } from "./trade_stream";
import type { ToWindow, ToWorker } from "./worker_messages";

/** Both connections live here, so that what the window draws delays neither reading nor checking of what comes. */
const NEWS_MS = 16;

const tell = (message: ToWindow) => postMessage(message);

/** What only the window can do: it has the session, and what is read. */
const asked = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
let next = 1;

function ask<T>(what: Extract<ToWindow, { kind: "ask" }>["what"]): Promise<T> {
  const id = next++;
  return new Promise<T>((resolve, reject) => {
    asked.set(id, { resolve, reject });
    tell({ kind: "ask", id, what });
  });
}

let origin = "";
const token = (renew: boolean) => ask<string>(renew ? "renewed token" : "token");

const orders = new TradeStream({
  open: () => new WebSocket(`${origin}/stream`),
  token,
  readAll: () => ask<number>("all"),
  apply: (update) => tell({ kind: "apply", update }),
  tell: (link) => tell({ kind: "link", link }),
});

let live = false;
function tellLive(): void {
  if (prices.isLive === live) return;
  live = prices.isLive;
  tell({ kind: "prices live", live });
}

const prices: MarketStream = new MarketStream({
  open: () => new WebSocket(`${origin}/v2/sip`),
  token,
  take: (news: News) => tell({ kind: "news", news }),
  schedule: (work) => setTimeout(work, NEWS_MS),
  onLive: () => tellLive(),
});

addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case "start":
      origin = data.origin;
      return orders.start();
    case "start prices":
      return prices.start();
    case "stop":
      orders.stop();
      return prices.stop();
    case "hurry":
      return orders.hurry();
    case "follow":
      return prices.follow(data.symbols);
    case "follow books":
      return prices.followBooks(data.symbols);
    case "reauthenticate":
      return orders.reauthenticate(data.token);
    case "answer":
      asked.get(data.id)?.resolve(data.value as never);
      asked.delete(data.id);
      return;
    case "refusal":
      asked.get(data.id)?.reject(new Error(data.message));
      asked.delete(data.id);
  }
});
