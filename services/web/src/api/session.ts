import { ApiError } from "./error";
import { type Sending, send } from "./http";
import type { SignedUp, SignUpMode, SignUpPolicy, Tokens } from "./types";

const MARK = "cift.session";
const EARLY_MS = 60_000;

type Listener = (tokens: Tokens | undefined, why?: string) => void;

/**
 * Who is logged in. The access token lives in memory only; the refresh token is an HttpOnly cookie that no script sees.
 * A refresh token is good once, so tabs take turns under a lock of the browser.
 */
class Session {
  #token: string | undefined;
  #expiresAt = 0;
  #renewal: Promise<string> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listeners = new Set<Listener>();
  /** Told of each call that was answered, with the milliseconds it took. */
  onTimed: (method: string, path: string, ms: number) => void = () => undefined;

  onChange(listener: Listener): void {
    this.#listeners.add(listener);
  }

  /** Takes up the session that this browser still holds, if any. */
  async resume(): Promise<boolean> {
    if (!localStorage.getItem(MARK)) return false;
    try {
      await this.renew();
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return false;
      throw error;
    }
  }

  /** The answer is the same if the address has an account: whether it is this one shows when logging in. */
  async signUp(email: string, password: string, invite?: string): Promise<void> {
    await send<SignedUp>("POST", "/auth/signup", { body: { email, password, invite } });
    await this.logIn(email, password);
  }

  async signUpMode(): Promise<SignUpMode> {
    return (await send<SignUpPolicy>("GET", "/auth/signup")).mode;
  }

  async verifyEmail(code: string): Promise<void> {
    await send<void>("POST", "/auth/email/verify", { body: { code } });
  }

  async resetPassword(code: string, newPassword: string): Promise<void> {
    await send<void>("POST", "/auth/password/reset", { body: { code, new_password: newPassword } });
  }

  async logIn(email: string, password: string): Promise<void> {
    this.#take(await send<Tokens>("POST", "/auth/login", { body: { email, password, cookie: true } }));
  }

  async logOut(): Promise<void> {
    try {
      await send<void>("POST", "/auth/logout", { keepalive: true });
    } finally {
      this.#drop();
    }
  }

  /** A token that is good for a while yet. */
  async token(): Promise<string> {
    return this.#token && Date.now() < this.#expiresAt - EARLY_MS / 2 ? this.#token : this.renew();
  }

  /** New tokens; callers at the same time share one renewal. */
  renew(): Promise<string> {
    this.#renewal ??= this.#renewOnce().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renewOnce(): Promise<string> {
    const exchange = () => send<Tokens>("POST", "/auth/refresh", { keepalive: true });
    try {
      const tokens = await (navigator.locks ? navigator.locks.request(MARK, exchange) : exchange());
      this.#take(tokens);
      return tokens.access_token;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.#drop("Your session has ended. Log in again.");
      throw error;
    }
  }

  /** Sends with the token; an expired one is renewed and the request repeated once. */
  async call<T>(method: string, path: string, sending: Sending = {}): Promise<T> {
    const token = await this.token();
    const started = performance.now();
    try {
      const answer = await send<T>(method, path, { ...sending, token });
      this.onTimed(method, path, performance.now() - started);
      return answer;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      return send<T>(method, path, { ...sending, token: await this.renew() });
    }
  }

  #take(tokens: Tokens): void {
    this.#token = tokens.access_token;
    this.#expiresAt = Date.now() + tokens.expires_in * 1000;
    localStorage.setItem(MARK, "1");
    clearTimeout(this.#timer);
    const wait = Math.max(1000, tokens.expires_in * 1000 - EARLY_MS);
    this.#timer = setTimeout(() => void this.renew().catch(() => undefined), wait);
    for (const listener of this.#listeners) listener(tokens);
  }

  #drop(why?: string): void {
    this.#token = undefined;
    clearTimeout(this.#timer);
    localStorage.removeItem(MARK);
    for (const listener of this.#listeners) listener(undefined, why);
  }
}

export const session = new Session();
