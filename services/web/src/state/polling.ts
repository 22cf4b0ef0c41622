const RARER = 10;

/** Runs a reading again and again, one at a time, rarer while the page is hidden; `stop` ends it. */
export class Poll {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #again = false;
  #stopped = true;

  constructor(
    private readonly read: () => Promise<void>,
    private readonly every: number | (() => number),
  ) {}

  start(): void {
    this.#stopped = false;
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Reads now; while a reading is under way, once more after it. */
  now(): void {
    if (this.#running) this.#again = true;
    else void this.#run();
  }

  #waitMs(): number {
    const ms = typeof this.every === "number" ? this.every : this.every();
    return document.hidden ? ms * RARER : ms;
  }

  async #run(): Promise<void> {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#running = true;
    this.#again = false;
    await this.read().catch(() => undefined);
    this.#running = false;
    if (this.#stopped) return;
    if (this.#again) void this.#run();
    else this.#timer = setTimeout(() => void this.#run(), this.#waitMs());
  }
}
