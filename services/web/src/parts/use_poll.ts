import { useEffect, useState } from "react";
import { messageOf } from "../api/error";
import { Poll } from "../state/polling";

/** What a call gave last, read again every so often; `trouble` says why it cannot be read now. */
export function usePoll<T>(read: () => Promise<T>, everyMs: number): { value: T | undefined; trouble: string } {
  const [state, setState] = useState<{ value: T | undefined; trouble: string }>({ value: undefined, trouble: "" });
  useEffect(() => {
    let alive = true;
    const poll = new Poll(async () => {
      try {
        const value = await read();
        if (alive) setState({ value, trouble: "" });
      } catch (error) {
        if (alive) setState((before) => ({ ...before, trouble: messageOf(error) }));
      }
    }, everyMs);
    poll.start();
    return () => {
      alive = false;
      poll.stop();
    };
  }, [read, everyMs]);
  return state;
}
