/** Updates of an account count up by one, without gaps; this says what to do with the one that came. */
export type Verdict = "apply" | "duplicate" | "gap";

export function judge(last: number, sequence: number): Verdict {
  if (sequence <= last) return "duplicate";
  return sequence === last + 1 ? "apply" : "gap";
}

/** Where the server's position stands against ours; `ahead` means that ours is of another past: read everything anew. */
export type Standing = "level" | "behind" | "ahead";

export function stand(last: number, position: number): Standing {
  if (position === last) return "level";
  return position > last ? "behind" : "ahead";
}

const FIRST_MS = 250;
const LONGEST_MS = 8_000;

/** How long to wait before the n-th attempt (from 0); `spread` in 0..1 keeps many clients from coming at once. */
export function backoff(attempt: number, spread: number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return Math.round(longest * (0.5 + spread / 2));
}
