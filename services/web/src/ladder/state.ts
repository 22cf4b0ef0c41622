import type { Order, Side } from "../api/types";
import type { Fixed } from "../money/fixed";
import { Store } from "../state/store";
import { centred, inSight, type Touch } from "./rows";

/** What the ladder shows and what is being done in it. */
export interface Ladder {
  /** The price of the first row; undefined before the first quote. */
  top: Fixed | undefined;
  /** How many rows there is room for. */
  count: number;
  /** Scrolled by hand: the touch is not followed. */
  held: boolean;
  cursor: Fixed | undefined;
  /** Own orders of one price and side on their way to another price. */
  moving: { orders: readonly Order[]; side: Side; from: Fixed; to: Fixed } | undefined;
}

export class LadderStore extends Store<Ladder> {
  constructor() {
    super({ top: undefined, count: 1, held: false, cursor: undefined, moving: undefined });
  }

  /** Before each painting: room can have changed, and the touch can have run out of sight. */
  settle(count: number, step: Fixed, touch: Touch | undefined): Fixed | undefined {
    const { top, held, moving } = this.get();
    const stays = top !== undefined && (held || moving || !touch || inSight(touch, top, count, step));
    const next = stays ? top : touch && centred(touch, count, step);
    if (next !== top || count !== this.get().count) this.patch({ top: next, count });
    return next;
  }

  scroll(rows: number, step: Fixed): void {
    const { top } = this.get();
    if (top !== undefined && rows) this.patch({ top: top - step * BigInt(rows), held: true });
  }

  follow(): void {
    this.patch({ top: undefined, held: false, cursor: undefined, moving: undefined });
  }

  /** Moves the cursor down by so many rows, and with it what is being moved; scrolls where it would leave the rows. */
  step(by: number, step: Fixed): void {
    const { top, count, cursor, moving } = this.get();
    if (top === undefined) return;
    const middle = top - step * BigInt(Math.floor(count / 2));
    const next = cursor === undefined ? middle : cursor - step * BigInt(by);
    const bottom = top - step * BigInt(count - 1);
    const shifted = next > top ? next : next < bottom ? next + step * BigInt(count - 1) : top;
    this.patch({ cursor: next, held: true, top: shifted, moving: moving && { ...moving, to: next } });
  }
}
