import { useEffect, useRef, useState } from "react";
import { messageOf } from "../api/error";
import { placesOf, toNumber } from "../money/fixed";
import { price } from "../money/format";
import { Segments } from "../parts/Field";
import { Change } from "../parts/Figure";
import { bookStore, positionOf, workingOrders } from "../state/book";
import { assetOf, marketStore, useTick } from "../state/market";
import { Poll } from "../state/polling";
import { change, settingsStore } from "../state/settings";
import { useStore } from "../state/store";
import { type Candle, INTERVALS, intervalOf, joined, readCandles, traded } from "./chart_data";
import { ChartDrawing } from "./chart_drawing";

const RECENT_MS = 3_000;
const RECENT_BARS = 3;

/** Candles of the chosen symbol. */
export default function Chart() {
  const { symbol, interval: word } = useStore(settingsStore);
  const asset = useStore(marketStore, assetOf(symbol));
  const tick = useTick(symbol);
  const places = asset ? placesOf(asset.price_increment) : 2;
  return (
    <section className="panel chart" aria-label={`Chart of ${symbol}`}>
      <header className="chart-head">
        <h2>{symbol}</h2>
        <span className="name">{asset?.name}</span>
        <strong className="num last">{price(tick?.last, places)}</strong>
        {tick && <Change value={tick.change} ratio={tick.changeRatio} />}
        <Segments
          label="Interval" value={word} options={INTERVALS.map((interval) => [interval.word, interval.text] as const)}
          onChange={(interval) => change({ interval })}
        />
      </header>
      {symbol && <Canvas key={`${symbol} ${word}`} symbol={symbol} word={word} places={places} />}
    </section>
  );
}

function Canvas({ symbol, word, places }: { symbol: string; word: string; places: number }) {
  const place = useRef<HTMLDivElement>(null);
  const candles = useRef<Candle[]>([]);
  const [drawing, setDrawing] = useState<ChartDrawing>();
  const [from, setFrom] = useState<number>();
  const [trouble, setTrouble] = useState("");
  const theme = useStore(settingsStore, (settings) => settings.theme + settings.palette);
  const tick = useTick(symbol);
  const orders = useStore(bookStore, (book) => workingOrders(book).filter((order) => order.symbol === symbol));
  const position = useStore(bookStore, positionOf(symbol));
  const fills = useStore(bookStore, (book) => book.fills.filter((fill) => fill.symbol === symbol));

  useEffect(() => {
    if (!place.current) return;
    const interval = intervalOf(word);
    let [alive, busy, complete] = [true, false, false];
    const older = async () => {
      const oldest = candles.current[0];
      if (!oldest || busy || complete) return;
      busy = true;
      const page = await readCandles(symbol, interval, oldest.time).catch(() => undefined);
      busy = false;
      if (!alive || !page) return;
      complete = page.length === 0;
      if (complete) return;
      candles.current = joined(page, candles.current);
      canvas.setCandles(candles.current, false);
      setFrom(candles.current[0]?.time);
    };
    const canvas = new ChartDrawing(place.current, () => void older());
    const recent = new Poll(async () => {
      const first = candles.current.length === 0;
      try {
        const page = await readCandles(symbol, interval, undefined, first ? undefined : RECENT_BARS);
        if (!alive) return;
        candles.current = joined(candles.current, page);
        canvas.setCandles(candles.current, first);
        if (first) setFrom(candles.current[0]?.time);
        setTrouble(candles.current.length ? "" : "No bars yet.");
      } catch (error) {
        if (alive && first) setTrouble(messageOf(error));
      }
    }, RECENT_MS);
    if (candles.current.length) canvas.setCandles(candles.current, true);
    recent.start();
    setDrawing(canvas);
    return () => {
      alive = false;
      recent.stop();
      canvas.remove();
      setDrawing(undefined);
    };
  }, [symbol, word, theme]);

  useEffect(() => drawing?.setPlaces(places), [drawing, places]);
  useEffect(() => drawing?.setLines(orders, position), [drawing, orders, position]);
  useEffect(() => {
    if (from !== undefined) drawing?.setFills(fills, intervalOf(word), from);
  }, [drawing, fills, from, word]);
  useEffect(() => {
    const last = candles.current.at(-1);
    const trade = tick?.snapshot.latestTrade;
    if (!drawing || !last || !trade || tick.last === undefined) return;
    const moved = traded(last, toNumber(tick.last), Date.parse(trade.t) / 1000, intervalOf(word));
    candles.current.splice(moved.time === last.time ? -1 : candles.current.length, 1, moved);
    drawing.setLast(moved);
  }, [drawing, tick, word]);

  return (
    <div className="chart-body">
      <div className="chart-place" ref={place} role="img" aria-label={`Candles of ${symbol}, ${word}`} />
      {trouble && <p className="empty">{trouble}</p>}
    </div>
  );
}
