import { type Fixed, toPlaces, ZERO } from "../money/fixed";
import { quantity } from "../money/format";
import type { Pen } from "../parts/canvas";
import { colour, fontFamily } from "../parts/chart_look";
import type { Row } from "./rows";

export const ROW_PX = 20;

export interface Scene {
  rows: readonly Row[];
  places: number;
  last: Fixed | undefined;
  /** The row that the keyboard is on, and an own order on its way to another price. */
  cursor: Fixed | undefined;
  moving: { side: "buy" | "sell"; to: Fixed; qty: string } | undefined;
}

/** Left what is bid, right what is asked, prices between; own orders as filled marks with their size. */
export function drawLadder({ context, width }: Pen, scene: Scene): void {
  const ink = Object.fromEntries(["text", "soft", "line-soft", "up", "down", "up-wash", "down-wash", "raised", "focus", "buy-ground", "sell-ground"].map((name) => [name, colour(name)])) as Record<string, string>;
  const fill = (name: string) => { context.fillStyle = ink[name] ?? "#888"; };
  const [left, right] = [width * 0.34, width * 0.66];
  const most = Math.max(1, ...scene.rows.flatMap((row) => [row.bidSize ?? 0, row.askSize ?? 0]));
  const write = (text: string, x: number, y: number, align: CanvasTextAlign) => {
    context.textAlign = align;
    context.fillText(text, x, y + ROW_PX / 2 + 0.5);
  };
  const family = fontFamily();
  context.font = `12px ${family}`;
  context.textBaseline = "middle";
  context.fontKerning = "none";

  scene.rows.forEach((row, i) => {
    const y = i * ROW_PX;
    fill("line-soft");
    context.fillRect(0, y + ROW_PX - 1, width, 1);
    if (row.bidSize !== undefined) {
      fill("up-wash");
      context.fillRect(left - (left * row.bidSize) / most, y, (left * row.bidSize) / most, ROW_PX - 1);
      fill("up");
      write(quantity(String(row.bidSize)), left - 6, y, "right");
    }
    if (row.askSize !== undefined) {
      fill("down-wash");
      context.fillRect(right, y, ((width - right) * row.askSize) / most, ROW_PX - 1);
      fill("down");
      write(quantity(String(row.askSize)), right + 6, y, "left");
    }
    if (row.price === scene.last) {
      fill("raised");
      context.fillRect(left, y, right - left, ROW_PX - 1);
    }
    fill(row.price === scene.last ? "text" : "soft");
    write(toPlaces(row.price, scene.places), width / 2, y, "center");
    if (row.buying > ZERO) mark("buy-ground", 2, y, `B ${quantity(row.buying)}`);
    if (row.selling > ZERO) mark("sell-ground", width - 2, y, `S ${quantity(row.selling)}`);
    if (scene.moving?.to === row.price) {
      context.strokeStyle = ink["focus"] ?? "#fff";
      context.setLineDash([4, 3]);
      const half = scene.moving.side === "buy" ? [1, left - 2] as const : [right + 1, width - right - 2] as const;
      context.strokeRect(half[0], y + 1.5, half[1], ROW_PX - 4);
      context.setLineDash([]);
      fill("text");
      write(scene.moving.qty, scene.moving.side === "buy" ? 6 : width - 6, y, scene.moving.side === "buy" ? "left" : "right");
    }
    if (scene.cursor === row.price) {
      context.strokeStyle = ink["focus"] ?? "#fff";
      context.strokeRect(0.5, y + 0.5, width - 1, ROW_PX - 2);
    }
  });

  function mark(name: string, x: number, y: number, text: string): void {
    const wide = context.measureText(text).width + 8;
    const start = x < width / 2 ? x : x - wide;
    fill(name);
    context.fillRect(start, y + 2, wide, ROW_PX - 5);
    context.fillStyle = "#fff";
    write(text, start + 4, y, "left");
  }
}
