import { type Direction, direction, percent, signed } from "../money/format";
import type { Fixed } from "../money/fixed";

const SHAPES: Record<Direction, string> = { up: "▲", down: "▼", flat: "•" };

/** A gain or loss: colour, sign and shape say the same. */
export function Change(props: { value: Fixed | string | null | undefined; ratio?: Fixed | string | null | undefined; shape?: boolean }) {
  const way = direction(props.value);
  return (
    <span className={`num ${way}`}>
      {props.shape !== false && <span className="shape" aria-hidden="true">{SHAPES[way]}</span>}
      {signed(props.value)}
      {props.ratio !== undefined && <span className="ratio"> {percent(props.ratio)}</span>}
    </span>
  );
}

export function SideWord({ side }: { side: string }) {
  return <span className={`side ${side === "buy" ? "up" : "down"}`}>{side === "buy" ? "Buy" : "Sell"}</span>;
}
