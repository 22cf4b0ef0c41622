import { AreaSeries, createChart, type IChartApi, type ISeriesApi, type UTCTimestamp } from "lightweight-charts";
import { useEffect, useRef, useState } from "react";
import { getPortfolioHistory } from "../api/calls";
import type { PortfolioHistory } from "../api/types";
import { fromNumber } from "../money/fixed";
import { amount } from "../money/format";
import { chartLook, colour, localSeconds } from "../parts/chart_look";
import { Segments } from "../parts/Field";
import { Change } from "../parts/Figure";
import { Refusal } from "../parts/Refusal";
import { useTask } from "../parts/use_task";
import { settingsStore } from "../state/settings";
import { useStore } from "../state/store";

const PERIODS = [["1D", "Day"], ["1W", "Week"], ["1M", "Month"], ["1A", "Year"]] as const;
const EVERY_MS = 15_000;
type Period = (typeof PERIODS)[number][0];

/** The account's equity over time. */
export default function Equity() {
  const [period, setPeriod] = useState<Period>("1D");
  const [history, setHistory] = useState<PortfolioHistory>();
  const { error, run } = useTask();
  useEffect(() => {
    const read = () => void run(async () => setHistory(await getPortfolioHistory(period)));
    read();
    const timer = setInterval(read, EVERY_MS);
    return () => clearInterval(timer);
    // oxlint-disable-next-line react/exhaustive-deps -- `run` is new at every render
  }, [period]);
  const equity = history?.equity.at(-1);
  const gain = history?.profit_loss.at(-1);
  return (
    <div className="equity-chart">
      <div className="chart-head">
        <Segments label="Period" value={period} options={PERIODS} onChange={setPeriod} />
        {equity !== undefined && <span className="num">{amount(fromNumber(equity))}</span>}
        {gain !== undefined && <Change value={fromNumber(gain)} />}
      </div>
      {error ? <Refusal error={error} /> : <EquityLine history={history} />}
    </div>
  );
}

function EquityLine({ history }: { history: PortfolioHistory | undefined }) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<{ chart: IChartApi; series: ISeriesApi<"Area"> } | undefined>(undefined);
  const theme = useStore(settingsStore, (settings) => settings.theme + settings.palette);
  useEffect(() => {
    if (!place.current) return;
    const chart = createChart(place.current, chartLook());
    const series = chart.addSeries(AreaSeries, {
      lineColor: colour("accent"), topColor: colour("accent-wash"), bottomColor: "transparent", lineWidth: 2, priceLineVisible: false,
    });
    drawn.current = { chart, series };
    return () => chart.remove();
  }, [theme]);
  useEffect(() => {
    if (!drawn.current || !history) return;
    const points = history.timestamp.map((time, i) => ({ time: localSeconds(time) as UTCTimestamp, value: history.equity[i] ?? 0 }));
    // The last point is now, which can be the same second as the one before.
    drawn.current.series.setData(points.filter((point, i) => i === 0 || point.time > (points[i - 1]?.time ?? 0)));
    drawn.current.chart.timeScale().fitContent();
  }, [history, theme]);
  return <div className="chart-place" ref={place} role="img" aria-label="Equity over time" />;
}
