import { authenticate, listen, read, type TradeUpdate } from "./protocol";
import { backoff, judge, stand } from "./sequence";

export type LinkStatus = "connecting" | "catching up" | "live" | "down";

export interface Link {
  status: LinkStatus;
  /** The last update that was applied. */
  sequence: number;
  why: string;
}

/** What the stream needs of the world. */
export interface Host {
  open(): WebSocket;
  token(renew: boolean): Promise<string>;
  /** Reads account, orders and positions anew; gives the account's sequence number from before that reading. */
  readAll(): Promise<number>;
  apply(update: TradeUpdate): void;
  tell(link: Link): void;
}

const UNAUTHORIZED = 4401;
const PROBE_MS = 4_000;
const SILENCE_MS = 10_000;

/**
 * `trade_updates` over one WebSocket, each update once and in order. After a gap or a lost connection it asks for what
 * came after the last update; between updates it asks where the server stands, so that a loss or a dead line is noticed.
 */
export class TradeStream {
  #host: Host;
  #socket: WebSocket | undefined;
  #last: number | undefined;
  #target = 0;
  #asked: ("follow" | "probe")[] = [];
  #attempt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #probe: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #stopped = false;
  #renewToken = false;

  constructor(host: Host) {
    this.#host = host;
  }

  start(): void {
    this.#stopped = false;
    this.#last = undefined;
    this.#attempt = 0;
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    this.#hangUp();
    clearTimeout(this.#retry);
  }

  /** The network is back or the user is: do not wait for the next attempt. */
  hurry(): void {
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#retry);
    this.#attempt = 0;
    void this.#connect();
  }

  /** A renewed token lengthens the life of the open connection. */
  reauthenticate(token: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(authenticate(token));
  }

  async #connect(): Promise<void> {
    this.#tell("connecting");
    try {
      const token = await this.#host.token(this.#renewToken);
      this.#renewToken = false;
      this.#last ??= await this.#host.readAll();
      if (!this.#stopped) this.#dial(token);
    } catch (error) {
      this.#tryAgain(error instanceof Error ? error.message : "cannot connect");
    }
  }

  #dial(token: string): void {
    const socket = this.#host.open();
    this.#socket = socket;
    this.#asked = [];
    this.#heardAt = Date.now();
    this.#probe = setInterval(() => this.#check(socket), PROBE_MS);
    socket.addEventListener("open", () => socket.send(authenticate(token)));
    socket.addEventListener("message", (event) => {
      if (socket === this.#socket) this.#hear(socket, String(event.data));
    });
    socket.addEventListener("close", (event) => {
      if (socket !== this.#socket) return;
      this.#hangUp();
      if (event.code === UNAUTHORIZED) this.#renewToken = true;
      this.#tryAgain(event.reason || "the connection was lost");
    });
  }

  #hear(socket: WebSocket, text: string): void {
    this.#heardAt = Date.now();
    const message = read(text);
    if (message?.kind === "authorization") {
      if (!message.authorized) {
        this.#renewToken = true;
        this.#restart(message.message);
      } else if (this.#asked.length === 0) {
        this.#follow(socket);
      }
    } else if (message?.kind === "listening") {
      this.#placed(socket, this.#asked.shift() ?? "probe", message.position);
    } else if (message?.kind === "update") {
      this.#receive(socket, message.update);
    }
  }

  #follow(socket: WebSocket): void {
    this.#asked.push("follow");
    socket.send(listen(this.#last ?? 0));
  }

  #placed(socket: WebSocket, asked: "follow" | "probe", position: number): void {
    const last = this.#last ?? 0;
    const standing = stand(last, position);
    if (standing === "ahead") {
      this.#last = undefined;
      this.#restart("the server's state is another; reading everything again");
    } else if (standing === "level") {
      this.#attempt = 0;
      this.#tell("live");
    } else {
      this.#target = position;
      this.#tell("catching up");
      // What a probe finds missing should have come before the probe's answer: it was lost.
      if (asked === "probe" && !this.#asked.includes("follow")) this.#follow(socket);
    }
  }

  #receive(socket: WebSocket, update: TradeUpdate): void {
    const verdict = judge(this.#last ?? 0, update.sequence);
    if (verdict === "gap") {
      this.#target = Math.max(this.#target, update.sequence);
      this.#tell("catching up");
      if (!this.#asked.includes("follow")) this.#follow(socket);
    } else if (verdict === "apply") {
      this.#last = update.sequence;
      this.#host.apply(update);
      if (update.sequence >= this.#target) {
        this.#attempt = 0;
        this.#tell("live");
      }
    }
  }

  #check(socket: WebSocket): void {
    if (Date.now() - this.#heardAt > SILENCE_MS) {
      this.#restart("the server has not answered for a while");
    } else if (socket.readyState === WebSocket.OPEN && this.#asked.length === 0 && this.#last !== undefined) {
      this.#asked.push("probe");
      socket.send(listen());
    }
  }

  #restart(why: string): void {
    this.#hangUp();
    this.#tryAgain(why);
  }

  #hangUp(): void {
    clearInterval(this.#probe);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #tryAgain(why: string): void {
    if (this.#stopped) return;
    this.#tell("down", why);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), backoff(this.#attempt, Math.random()));
    this.#attempt += 1;
  }

  #tell(status: LinkStatus, why = ""): void {
    this.#host.tell({ status, sequence: this.#last ?? 0, why });
  }
}
