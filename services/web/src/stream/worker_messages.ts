import type { TradeUpdate } from "./protocol";
import type { News } from "./market_stream";
import type { Link } from "./trade_stream";

/** What the window tells the worker that holds the connections. */
export type ToWorker =
  | { kind: "start"; origin: string }
  | { kind: "start prices" | "stop" | "hurry" }
  | { kind: "follow" | "follow books"; symbols: readonly string[] }
  | { kind: "reauthenticate"; token: string }
  | { kind: "answer"; id: number; value: string | number }
  | { kind: "refusal"; id: number; message: string };

/** What the worker tells, and asks, the window. */
export type ToWindow =
  | { kind: "apply"; update: TradeUpdate }
  | { kind: "link"; link: Link }
  | { kind: "news"; news: News }
  | { kind: "prices live"; live: boolean }
  | { kind: "ask"; id: number; what: "token" | "renewed token" | "all" };
