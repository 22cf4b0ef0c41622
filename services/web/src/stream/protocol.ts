import type { Order } from "../api/types";

/** The `data` of a `trade_updates` message. */
export interface TradeUpdate {
  event: string;
  timestamp: string;
  sequence: number;
  order: Order;
  execution_id?: string | null;
  /** Of a fill: its price and quantity, and position and cash after it. */
  price?: string;
  qty?: string;
  position_qty?: string;
  cash?: string;
  commission?: string;
}

export type Incoming =
  | { kind: "authorization"; authorized: boolean; message: string }
  | { kind: "listening"; position: number }
  | { kind: "update"; update: TradeUpdate }
  | { kind: "error"; message: string };

type Loose = Record<string, unknown>;
const isObject = (value: unknown): value is Loose => typeof value === "object" && value !== null;

/** Undefined for what this client does not know. */
export function read(text: string): Incoming | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(message) || !isObject(message["data"])) return undefined;
  const data = message["data"];
  const said = String(data["message"] ?? "");
  switch (message["stream"]) {
    case "authorization":
      return { kind: "authorization", authorized: data["status"] === "authorized", message: said };
    case "listening":
      return { kind: "listening", position: Number(data["sequence"] ?? 0) };
    case "trade_updates":
      return isObject(data["order"]) && Number.isInteger(data["sequence"])
        ? { kind: "update", update: data as unknown as TradeUpdate }
        : undefined;
    case "error":
      return { kind: "error", message: said };
    default:
      return undefined;
  }
}

export const authenticate = (token: string) => JSON.stringify({ action: "auth", token });

/** Without a number: only asks where the server stands. */
export function listen(after?: number): string {
  const data = { streams: ["trade_updates"], ...(after === undefined ? {} : { after_sequence: after }) };
  return JSON.stringify({ action: "listen", data });
}
