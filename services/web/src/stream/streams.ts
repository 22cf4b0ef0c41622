import { messageOf } from "../api/error";
import type { News } from "./market_stream";
import type { TradeUpdate } from "./protocol";
import type { Link } from "./trade_stream";
import type { ToWindow, ToWorker } from "./worker_messages";

/** What the connections need of the window. */
export interface Window {
  token(renew: boolean): Promise<string>;
  /** Reads account, orders and positions anew; gives the account's sequence number from before that reading. */
  readAll(): Promise<number>;
  apply(update: TradeUpdate): void;
  tell(link: Link): void;
  takeNews(news: News): void;
}

/** The connections of this window, which a worker holds. One of them is in force from `start` to `stop`. */
export class Streams {
  #worker: Worker | undefined;
  #live = false;
  #books: readonly string[] = [];

  constructor(private readonly window: Window) {}

  get pricesAreLive(): boolean {
    return this.#live;
  }

  start(): void {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<ToWindow>) => {
      // What a stopped worker still says is of another user or time.
      if (worker === this.#worker) this.#hear(data);
    });
    this.#say({ kind: "start", origin: location.origin.replace(/^http/, "ws") });
  }

  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#live = false;
  }

  startPrices(): void {
    this.#say({ kind: "start prices" });
    this.#say({ kind: "follow books", symbols: this.#books });
  }

  follow(symbols: readonly string[]): void {
    this.#say({ kind: "follow", symbols });
  }

  followBooks(symbols: readonly string[]): void {
    this.#books = symbols;
    this.#say({ kind: "follow books", symbols });
  }

  /** The network is back or the user is: do not wait for the next attempt. */
  hurry(): void {
    this.#say({ kind: "hurry" });
  }

  /** A renewed token lengthens the life of the open connection. */
  reauthenticate(token: string): void {
    this.#say({ kind: "reauthenticate", token });
  }

  #say(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #hear(message: ToWindow): void {
    switch (message.kind) {
      case "apply":
        return this.window.apply(message.update);
      case "link":
        return this.window.tell(message.link);
      case "news":
        return this.window.takeNews(message.news);
      case "prices live":
        this.#live = message.live;
        return;
      case "ask":
        void this.#answer(message.id, message.what);
    }
  }

  async #answer(id: number, what: Extract<ToWindow, { kind: "ask" }>["what"]): Promise<void> {
    const worker = this.#worker;
    const say = (answer: ToWorker) => worker === this.#worker && this.#say(answer);
    try {
      const value = what === "all" ? await this.window.readAll() : await this.window.token(what === "renewed token");
      say({ kind: "answer", id, value });
    } catch (error) {
      say({ kind: "refusal", id, message: messageOf(error) });
    }
  }
}
