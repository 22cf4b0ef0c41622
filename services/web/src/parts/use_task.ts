import { useState } from "react";
import { ApiError, messageOf } from "../api/error";

/** Runs one action at a time and keeps what went wrong. */
export function useTask() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const run = async (action: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setError(undefined);
    try {
      await action();
      return true;
    } catch (failure) {
      setError(failure instanceof ApiError ? failure : new ApiError(messageOf(failure), 0, "FAILED"));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}
