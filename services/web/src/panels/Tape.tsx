import { useEffect } from "react";
import { listTrades } from "../api/calls";
import { fromNumber, placesOf, toPlaces } from "../money/fixed";
import { quantity } from "../money/format";
import { when } from "../money/time";
import { type Pen, useCanvas } from "../parts/canvas";
import { colour, fontFamily } from "../parts/chart_look";
import { assetOf, marketStore } from "../state/market";
import { settingsStore } from "../state/settings";
import { useStore } from "../state/store";
import { takeTrades, tapeStore, ways } from "../state/tape";

const ROW_PX = 18;
const SHAPES = { up: "▲", down: "▼", flat: "•" };

/** Time and sales: every trade of the chosen symbol, newest first. */
export function Tape() {
  const symbol = useStore(settingsStore, (settings) => settings.symbol);
  const asset = useStore(marketStore, assetOf(symbol));
  const places = asset ? placesOf(asset.price_increment) : 2;
  const { canvas, repaint } = useCanvas(({ context, width, height }: Pen) => {
    const shown = (tapeStore.get().get(symbol) ?? []).slice(0, Math.ceil(height / ROW_PX) + 1);
    const way = ways(shown);
    const ink = { up: colour("up"), down: colour("down"), flat: colour("soft"), text: colour("text"), soft: colour("soft") };
    context.font = `12px ${fontFamily()}`;
    context.textBaseline = "middle";
    shown.forEach((trade, i) => {
      const y = i * ROW_PX + ROW_PX / 2 + 2;
      const went = way[i] ?? "flat";
      const write = (text: string, x: number, align: CanvasTextAlign, fill: string) => {
        Object.assign(context, { textAlign: align, fillStyle: fill });
        context.fillText(text, x, y);
      };
      write(when(trade.t), 8, "left", ink.soft);
      write(`${SHAPES[went]} ${toPlaces(fromNumber(trade.p), places)}`, width * 0.68, "right", ink[went]);
      write(quantity(fromNumber(trade.s)), width - 8, "right", ink.text);
    });
    context.canvas.dataset["trades"] = String(shown.length);
  }, [tapeStore]);
  useEffect(repaint);
  useEffect(() => {
    if (symbol) listTrades(symbol).then((trades) => takeTrades([[symbol, trades]]), () => undefined);
  }, [symbol]);
  return (
    <section className="panel tape" aria-label={`Time and sales of ${symbol}`}>
      <div className="canvas-place"><canvas ref={canvas} role="img" aria-label={`Trades of ${symbol}, newest first: time, price, shares`} /></div>
    </section>
  );
}
