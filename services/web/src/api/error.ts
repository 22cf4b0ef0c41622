/** What the API says of a refusal: a stable reason, the field at fault and what it may be. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    message: string,
    readonly status: number,
    readonly reason: string,
    readonly field?: string,
    readonly limit?: string,
  ) {
    super(message);
  }

  /** The answer did not come: whether the request had an effect is not known. */
  get isFateUnknown(): boolean {
    return this.status === 0 || this.reason === "ORDER_FATE_UNKNOWN" || this.status === 504;
  }
}

interface Body {
  message?: unknown;
  reason?: unknown;
  field?: unknown;
  limit?: unknown;
}

const word = (value: unknown): string | undefined => (typeof value === "string" && value ? value : undefined);

export function errorOf(status: number, body: unknown): ApiError {
  const said: Body = typeof body === "object" && body !== null ? body : {};
  const message = word(said.message) ?? `the server answered ${status}`;
  return new ApiError(message, status, word(said.reason) ?? `HTTP_${status}`, word(said.field), word(said.limit));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
