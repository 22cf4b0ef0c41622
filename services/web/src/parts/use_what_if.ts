import { useEffect, useState } from "react";
import { previewOrder } from "../api/calls";
import { messageOf } from "../api/error";
import type { Preview } from "../api/types";
import { type Draft, requestOf } from "../orders/draft";
import { Poll } from "../state/polling";

const TYPING_MS = 200;
/** Prices, positions and limits move on while a ticket stands. */
const AGAIN_MS = 2_000;

/** What the risk engine would say of a draft now: its answer, or why there is none. Both empty until it has answered. */
export interface WhatIf {
  preview: Preview | undefined;
  trouble: string;
}

const NOTHING: WhatIf = { preview: undefined, trouble: "" };

/** Asks again while the draft stands; a draft with mistakes is not asked about. */
export function useWhatIf(draft: Draft, ready: boolean): WhatIf {
  const key = ready ? JSON.stringify(draft) : "";
  const [answer, setAnswer] = useState<WhatIf & { key: string }>({ ...NOTHING, key: "" });
  useEffect(() => {
    if (!key) return;
    let alive = true;
    const body = requestOf(JSON.parse(key) as Draft);
    const poll = new Poll(async () => {
      try {
        const preview = await previewOrder(body);
        if (alive) setAnswer({ key, preview, trouble: "" });
      } catch (error) {
        if (alive) setAnswer({ key, preview: undefined, trouble: messageOf(error) });
      }
    }, AGAIN_MS);
    const typing = setTimeout(() => poll.start(), TYPING_MS);
    return () => {
      alive = false;
      clearTimeout(typing);
      poll.stop();
    };
  }, [key]);
  return key && answer.key === key ? answer : NOTHING;
}
