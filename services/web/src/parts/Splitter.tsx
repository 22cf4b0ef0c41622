import { type KeyboardEvent, type PointerEvent, useRef } from "react";

const STEP = 16;

/** A line between two panels that can be dragged, or moved with the arrow keys. */
export function Splitter(props: {
  label: string;
  way: "columns" | "rows";
  /** Of the panel whose size it sets, in pixels. */
  size: number;
  least: number;
  most: number;
  /** The panel lies after the line: dragging towards it makes it smaller. */
  after?: boolean;
  onSize: (size: number) => void;
}) {
  const start = useRef<{ at: number; size: number } | undefined>(undefined);
  const sign = props.after ? -1 : 1;
  const set = (size: number) => props.onSize(Math.round(Math.min(props.most, Math.max(props.least, size))));
  const at = (event: PointerEvent) => (props.way === "columns" ? event.clientX : event.clientY);

  const press = (event: KeyboardEvent) => {
    const forward = props.way === "columns" ? "ArrowRight" : "ArrowDown";
    const back = props.way === "columns" ? "ArrowLeft" : "ArrowUp";
    if (event.key !== forward && event.key !== back) return;
    event.preventDefault();
    set(props.size + (event.key === forward ? STEP : -STEP) * sign);
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/no-noninteractive-tabindex -- a separator with a value is a widget
    <div
      className={`splitter ${props.way}`}
      role="separator"
      tabIndex={0}
      aria-label={props.label}
      aria-orientation={props.way === "columns" ? "vertical" : "horizontal"}
      aria-valuenow={props.size}
      aria-valuemin={props.least}
      aria-valuemax={props.most}
      onKeyDown={press}
      onPointerDown={(event) => {
        start.current = { at: at(event), size: props.size };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => start.current && set(start.current.size + (at(event) - start.current.at) * sign)}
      onPointerUp={() => (start.current = undefined)}
    />
  );
}
