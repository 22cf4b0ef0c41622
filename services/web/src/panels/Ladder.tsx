import { type KeyboardEvent, type PointerEvent, useEffect, useState } from "react";
import { amend, cancelAt, ownAt, place } from "../ladder/actions";
import { drawLadder, ROW_PX } from "../ladder/drawing";
import { askAt, bidAt, priceAt, resting, rowsFrom, sideAt } from "../ladder/rows";
import { LadderStore } from "../ladder/state";
import { type Fixed, parse, placesOf, text, toPlaces } from "../money/fixed";
import { quantity } from "../money/format";
import { type Pen, useCanvas } from "../parts/canvas";
import { bookStore } from "../state/book";
import { DEPTH_OLD_MS, depthOf, depthStore } from "../state/depth";
import { followBook } from "../state/live";
import { assetOf, marketStore, tickOf } from "../state/market";
import { change, settingsStore } from "../state/settings";
import { useStore } from "../state/store";

const KEYS = "Up and down: price. B: buy, S: sell. Enter: take up an own order, then let it go. Delete: cancel. Home: back to the touch.";

/** The touch of the feed, the venue's book behind it, and the own orders, by price. */
export function Ladder() {
  const symbol = useStore(settingsStore, (settings) => settings.symbol);
  return <Prices key={symbol} symbol={symbol} />;
}

function Prices({ symbol }: { symbol: string }) {
  const asset = useStore(marketStore, assetOf(symbol));
  const size = useStore(settingsStore, (settings) => settings.ladderSize);
  const [armed, setArmed] = useState(false);
  const [ladder] = useState(() => new LadderStore());
  const held = useStore(ladder, (state) => state.held);
  const step = parse(asset?.price_increment ?? "0.01");
  const places = placesOf(asset?.price_increment ?? "0.01");

  const { canvas, repaint } = useCanvas((pen: Pen) => {
    const tick = marketStore.get().ticks[symbol];
    const count = Math.max(1, Math.floor(pen.height / ROW_PX));
    const top = ladder.settle(count, step, tick);
    const shown = pen.context.canvas;
    shown.dataset["top"] = top === undefined ? "" : text(top);
    if (top === undefined) return;
    const { cursor, moving } = ladder.get();
    const depth = depthOf(symbol);
    const rows = rowsFrom(top, count, step, tick, resting(bookStore.get().orders.values(), symbol), depth);
    const qty = moving ? quantity(moving.orders[0]?.qty) : "";
    drawLadder(pen, { rows, places, last: tick?.last, cursor, moving: moving && { side: moving.side, to: moving.to, qty } });
  }, [marketStore, bookStore, depthStore, ladder]);
  useEffect(() => {
    followBook(symbol);
    return () => followBook("");
  }, [symbol]);
  useEffect(repaint);

  const where = (event: { clientX: number; clientY: number; currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const { top } = ladder.get();
    const price = top === undefined ? undefined : priceAt(event.clientY - box.top, ROW_PX, top, step);
    return { price, side: sideAt(event.clientX - box.left, box.width) };
  };
  const press = (event: PointerEvent<HTMLCanvasElement>) => {
    const { price, side } = where(event);
    if (event.button !== 0 || price === undefined) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    // What is pressed counts, also where the ladder runs on before the button is let go.
    ladder.patch({ cursor: price, moving: { orders: ownAt(symbol, price, side), side, from: price, to: price } });
  };
  const drag = (event: PointerEvent<HTMLCanvasElement>) => {
    const { moving } = ladder.get();
    const { price } = where(event);
    if (moving?.orders.length && price !== undefined && price !== moving.to) ladder.patch({ moving: { ...moving, to: price } });
  };
  const release = (event: PointerEvent<HTMLCanvasElement>) => {
    const { moving } = ladder.get();
    if (!moving) return;
    ladder.patch({ moving: undefined });
    if (moving.orders.length) {
      if (moving.to !== moving.from) amend(moving.orders, moving.to);
    } else if (where(event).price === moving.from) {
      place(symbol, moving.side, moving.from, size, armed);
    }
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { cursor, moving, count } = ladder.get();
    const moves: Record<string, number> = { ArrowUp: -1, ArrowDown: 1, PageUp: -count, PageDown: count };
    const by = moves[event.key];
    if (by !== undefined) ladder.step(by, step);
    else if (event.key === "Home") ladder.follow();
    else if (cursor === undefined) return;
    else if (event.key === "Escape" && moving) ladder.patch({ moving: undefined });
    else if (event.key === "Enter" && moving) {
      ladder.patch({ moving: undefined });
      if (moving.to !== moving.from) amend(moving.orders, moving.to);
    } else if (event.key === "Enter") {
      const orders = ownAt(symbol, cursor);
      const side = orders[0]?.side as "buy" | "sell" | undefined;
      if (side) ladder.patch({ moving: { orders: orders.filter((order) => order.side === side), side, from: cursor, to: cursor } });
    } else if ((event.key === "b" || event.key === "s") && !event.repeat) place(symbol, event.key === "b" ? "buy" : "sell", cursor, size, armed);
    else if (event.key === "Delete" || event.key === "Backspace") cancelAt(symbol, cursor);
    else return;
    event.preventDefault();
  };

  return (
    <section className="panel ladder" aria-label={`Depth ladder of ${symbol}`}>
      <div className="ladder-head">
        <input
          aria-label="Ladder size" title="Shares a press" inputMode="decimal" autoComplete="off" value={size}
          onChange={(event) => change({ ladderSize: event.target.value })}
        />
        <label className={armed ? "armed on" : "armed"} title="Armed: a press sends at once. Else it goes to the ticket.">
          <input type="checkbox" checked={armed} onChange={(event) => setArmed(event.target.checked)} /> Armed
        </label>
        {held && <button type="button" className="small" title="Follow the touch again" onClick={() => ladder.follow()}>Centre</button>}
      </div>
      <div className="canvas-place">
        {/* oxlint-disable-next-line jsx-a11y/no-interactive-element-to-noninteractive-role -- it has keys of its own */}
        <canvas role="application" ref={canvas} tabIndex={0} aria-label={`Prices of ${symbol}`} aria-describedby="ladder-keys" data-row={ROW_PX}
          onPointerDown={press} onPointerMove={drag} onPointerUp={release} onPointerCancel={() => ladder.patch({ moving: undefined })}
          onContextMenu={(event) => {
            event.preventDefault();
            const { price, side } = where(event);
            if (price !== undefined) cancelAt(symbol, price, side);
          }}
          onWheel={(event) => ladder.scroll(Math.round(event.deltaY / ROW_PX), step)} onKeyDown={onKey}
        />
      </div>
      <p className="unseen" id="ladder-keys">{KEYS}</p>
      <Known symbol={symbol} repaint={repaint} />
      <Spoken ladder={ladder} symbol={symbol} places={places} />
    </section>
  );
}

/** Says so where only the touch is known, and has the rest taken off the canvas. */
function Known({ symbol, repaint }: { symbol: string; repaint: () => void }) {
  const [known, setKnown] = useState(true);
  useEffect(() => {
    const look = () => {
      setKnown(depthOf(symbol) !== undefined);
      repaint();
    };
    const timer = setInterval(look, DEPTH_OLD_MS / 4);
    return () => clearInterval(timer);
  }, [symbol, repaint]);
  return known ? null : <p className="ladder-note" role="status">Touch only: the venue tells no depth now.</p>;
}

/** For those who do not see the canvas: the row of the cursor. */
function Spoken({ ladder, symbol, places }: { ladder: LadderStore; symbol: string; places: number }) {
  const cursor = useStore(ladder, (state) => state.cursor);
  const moving = useStore(ladder, (state) => state.moving !== undefined && state.moving.orders.length > 0);
  useStore(bookStore, (book) => book.orders);
  useStore(depthStore);
  const side = (price: Fixed, word: "buy" | "sell") => {
    const tick = tickOf(symbol)(marketStore.get());
    const own = ownAt(symbol, price, word).map((order) => quantity(order.qty)).join(" and ");
    const depth = depthOf(symbol);
    const there = word === "buy" ? bidAt(price, tick, depth) : askAt(price, tick, depth);
    return (there === undefined ? "" : `, ${word === "buy" ? "bid" : "ask"} ${there}`) + (own && `, own ${word} ${own}`);
  };
  return (
    <p className="unseen" aria-live="polite">
      {cursor !== undefined && `${toPlaces(cursor, places)}${side(cursor, "buy")}${side(cursor, "sell")}${moving ? ", moving" : ""}`}
    </p>
  );
}
