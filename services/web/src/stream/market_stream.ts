import type { Snapshot } from "../api/types";
import { backoff } from "./sequence";

type Quote = NonNullable<Snapshot["latestQuote"]>;
type Trade = NonNullable<Snapshot["latestTrade"]>;

interface BookLevel {
  p: number;
  s: number;
}

/** A whole book, best price first; without a time the venue does not answer. */
export interface BookMessage {
  t: string | null;
  b: readonly BookLevel[];
  a: readonly BookLevel[];
}

/** What came of each symbol since the last hand-over: the newest, and every trade. */
export type News = Map<string, { latestQuote?: Quote; latestTrade?: Trade; trades?: Trade[]; book?: BookMessage }>;

export interface MarketHost {
  open(): WebSocket;
  token(renew: boolean): Promise<string>;
  take(news: News): void;
  /** Hands over later what came meanwhile. */
  schedule(work: () => void): void;
  /** Told when `isLive` may have changed. */
  onLive?(): void;
}

const UNAUTHORIZED = 4401;

type Message = { T: string; S?: string; msg?: string };

/** Takes a frame of the stream into the news; true where it said that we are let in. */
export function sort(text: string, news: News): boolean {
  const messages = JSON.parse(text) as Message[];
  let letIn = false;
  for (const message of messages) {
    if (message.T === "success" && message.msg === "authenticated") letIn = true;
    if (!message.S) continue;
    if (message.T === "q") news.set(message.S, { ...news.get(message.S), latestQuote: message as unknown as Quote });
    else if (message.T === "o") news.set(message.S, { ...news.get(message.S), book: message as unknown as BookMessage });
    else if (message.T === "t") {
      const known = news.get(message.S);
      const trade = message as unknown as Trade;
      news.set(message.S, { ...known, latestTrade: trade, trades: [...(known?.trades ?? []), trade] });
    }
  }
  return letIn;
}

/** Live quotes and trades; what it misses while it is away, the regular reading of snapshots makes good. */
export class MarketStream {
  #socket: WebSocket | undefined;
  #symbols: readonly string[] = [];
  #subscribed: readonly string[] = [];
  #books: readonly string[] = [];
  #subscribedBooks: readonly string[] = [];
  #news: News = new Map();
  #open = false;
  #stopped = true;
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: MarketHost) {}

  get isLive(): boolean {
    return this.#open;
  }

  start(): void {
    this.#stopped = false;
    void this.#connect(false);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#hangUp();
  }

  follow(symbols: readonly string[]): void {
    this.#symbols = symbols;
    this.#subscribe();
  }

  /** Whose books are wanted whole; a book costs much more than a quote. */
  followBooks(symbols: readonly string[]): void {
    this.#books = symbols;
    this.#subscribe();
  }

  async #connect(renew: boolean): Promise<void> {
    try {
      const token = await this.host.token(renew);
      if (this.#stopped || this.#socket) return;
      const socket = this.host.open();
      this.#socket = socket;
      socket.addEventListener("open", () => socket.send(JSON.stringify({ action: "auth", token })));
      socket.addEventListener("message", (event) => socket === this.#socket && this.#hear(String(event.data)));
      socket.addEventListener("close", (event) => socket === this.#socket && this.#again(event.code === UNAUTHORIZED));
    } catch {
      this.#again(false);
    }
  }

  #hear(text: string): void {
    const waiting = this.#news.size > 0;
    if (sort(text, this.#news)) {
      this.#open = true;
      this.#attempt = 0;
      this.host.onLive?.();
      this.#subscribe();
    }
    if (!waiting && this.#news.size > 0) {
      this.host.schedule(() => {
        const news = this.#news;
        this.#news = new Map();
        if (!this.#stopped) this.host.take(news);
      });
    }
  }

  #subscribe(): void {
    if (!this.#open) return;
    this.#adjust(this.#subscribed, this.#symbols, ["quotes", "trades"]);
    this.#adjust(this.#subscribedBooks, this.#books, ["orderbooks"]);
    this.#subscribed = this.#symbols;
    this.#subscribedBooks = this.#books;
  }

  #adjust(before: readonly string[], now: readonly string[], channels: readonly string[]): void {
    const say = (action: string, symbols: readonly string[]) => {
      if (symbols.length) this.#socket?.send(JSON.stringify({ action, ...Object.fromEntries(channels.map((name) => [name, symbols])) }));
    };
    say("subscribe", now.filter((symbol) => !before.includes(symbol)));
    say("unsubscribe", before.filter((symbol) => !now.includes(symbol)));
  }

  #again(renew: boolean): void {
    this.#hangUp();
    if (this.#stopped) return;
    this.#retry = setTimeout(() => void this.#connect(renew), backoff(this.#attempt, Math.random()));
    this.#attempt += 1;
  }

  #hangUp(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#open = false;
    this.#subscribed = [];
    this.#subscribedBooks = [];
    socket?.close();
    this.host.onLive?.();
  }
}
