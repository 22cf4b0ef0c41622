import { Store } from "./store";

export interface Notice {
  id: number;
  tone: "fill" | "info" | "bad";
  title: string;
  text: string;
}

const SHOWN_MAX = 4;
const LASTS_MS = 6_000;
let next = 1;

export const noticeStore = new Store<readonly Notice[]>([]);

export function notify(tone: Notice["tone"], title: string, text = ""): void {
  const notice = { id: next++, tone, title, text };
  noticeStore.set([...noticeStore.get(), notice].slice(-SHOWN_MAX));
  setTimeout(() => dismiss(notice.id), tone === "bad" ? LASTS_MS * 2 : LASTS_MS);
}

export function dismiss(id: number): void {
  noticeStore.set(noticeStore.get().filter((notice) => notice.id !== id));
}
