import {
  CandlestickSeries, createChart, createSeriesMarkers, HistogramSeries, type IChartApi, type IPriceLine, type ISeriesApi,
  type ISeriesMarkersPluginApi, LineStyle, type SeriesMarker, type Time, type UTCTimestamp,
} from "lightweight-charts";
import type { Activity, Order, Position } from "../api/types";
import { quantity } from "../money/format";
import { typeWord } from "../orders/status";
import { chartLook, colour, localSeconds } from "../parts/chart_look";
import type { Candle, Interval } from "./chart_data";

const at = (seconds: number) => localSeconds(seconds) as UTCTimestamp;

/** Everything on the canvas: candles and volume, own orders and position as lines, fills as marks. */
export class ChartDrawing {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #volume: ISeriesApi<"Histogram">;
  readonly #marks: ISeriesMarkersPluginApi<Time>;
  #lines: IPriceLine[] = [];

  constructor(place: HTMLElement, onOldest: () => void) {
    this.#chart = createChart(place, chartLook());
    const [up, down] = [colour("up"), colour("down")];
    this.#volume = this.#chart.addSeries(HistogramSeries, { priceScaleId: "volume", priceFormat: { type: "volume" }, priceLineVisible: false, lastValueVisible: false });
    this.#candles = this.#chart.addSeries(CandlestickSeries, {
      upColor: "transparent", downColor: down, borderUpColor: up, borderDownColor: down, wickUpColor: up, wickDownColor: down, priceLineColor: colour("soft"),
    });
    this.#chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
    this.#candles.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.22 } });
    this.#marks = createSeriesMarkers(this.#candles, []);
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => range && range.from < 20 && onOldest());
  }

  setPlaces(places: number): void {
    this.#candles.applyOptions({ priceFormat: { type: "price", precision: places, minMove: 10 ** -places } });
  }

  setCandles(candles: readonly Candle[], fit: boolean): void {
    this.#candles.setData(candles.map(drawn));
    this.#volume.setData(candles.map(volume));
    if (fit) this.#chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, candles.length - 120), to: candles.length + 6 });
  }

  setLast(candle: Candle): void {
    this.#candles.update(drawn(candle));
    this.#volume.update(volume(candle));
  }

  setLines(orders: readonly Order[], position: Position | undefined): void {
    for (const line of this.#lines) this.#candles.removePriceLine(line);
    this.#lines = orders.flatMap((order) => {
      const side = order.side === "buy" ? "up" : "down";
      const title = `${order.side} ${quantity(order.qty)} ${typeWord(order.type)}`;
      return [order.limit_price, order.stop_price].flatMap((price) => (price ? [this.#line(price, side, title, LineStyle.Dashed)] : []));
    });
    if (position) {
      this.#lines.push(this.#line(position.avg_entry_price, "accent", `position ${quantity(position.qty)}`, LineStyle.Solid));
    }
  }

  #line(price: string, name: string, title: string, style: LineStyle): IPriceLine {
    return this.#candles.createPriceLine({ price: Number(price), color: colour(name), lineWidth: 1, lineStyle: style, axisLabelVisible: true, title });
  }

  setFills(fills: readonly Activity[], interval: Interval, from: number): void {
    const marks: SeriesMarker<Time>[] = fills
      .map((fill) => ({ fill, time: Math.floor(Date.parse(fill.transaction_time) / 1000 / interval.seconds) * interval.seconds }))
      .filter(({ time }) => time >= from)
      .sort((a, b) => a.time - b.time)
      .map(({ fill, time }) => ({
        time: at(time),
        position: fill.side === "buy" ? "belowBar" : "aboveBar",
        shape: fill.side === "buy" ? "arrowUp" : "arrowDown",
        color: colour(fill.side === "buy" ? "up" : "down"),
        text: quantity(fill.qty),
      }));
    this.#marks.setMarkers(marks);
  }

  remove(): void {
    this.#chart.remove();
  }
}

const drawn = ({ time, open, high, low, close }: Candle) => ({ time: at(time), open, high, low, close });
const volume = (candle: Candle) => ({
  time: at(candle.time), value: candle.volume, color: colour(candle.close >= candle.open ? "up-wash" : "down-wash"),
});
