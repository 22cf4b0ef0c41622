import { ApiError, errorOf } from "./error";

const TIMEOUT_MS = 15_000;

export type Query = Record<string, string | number | boolean | undefined>;

export interface Sending {
  query?: Query;
  body?: unknown;
  token?: string | undefined;
  /** Goes on although the page is left: a refresh token is good once, its successor must not get lost. */
  keepalive?: boolean;
}

/** One request. `ApiError` with status 0 where no answer came. */
export async function send<T>(method: string, path: string, sending: Sending = {}): Promise<T> {
  const headers = new Headers({ Accept: "application/json" });
  if (sending.token) headers.set("Authorization", `Bearer ${sending.token}`);
  const request: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    keepalive: sending.keepalive ?? false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  if (sending.body !== undefined) {
    headers.set("Content-Type", "application/json");
    request.body = JSON.stringify(sending.body);
  }
  let response: Response;
  let text: string;
  try {
    response = await fetch(path + queryOf(sending.query), request);
    text = await response.text();
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    throw new ApiError(
      late ? `no answer within ${TIMEOUT_MS / 1000} s` : "the platform cannot be reached",
      0,
      late ? "TIMEOUT" : "UNREACHABLE",
    );
  }
  const body = parsed(text);
  if (!response.ok) throw errorOf(response.status, body);
  return body as T;
}

function queryOf(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length ? `?${new URLSearchParams(given as [string, string][])}` : "";
}

function parsed(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
