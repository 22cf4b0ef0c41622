import { ColorType, CrosshairMode, type DeepPartial, LineStyle, type TimeChartOptions } from "lightweight-charts";

/** A colour of the style sheet, for what is drawn on a canvas. */
export const colour = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export function chartLook(): DeepPartial<TimeChartOptions> {
  const line = { color: colour("line-soft"), style: LineStyle.Solid };
  const label = { color: colour("faint"), labelBackgroundColor: colour("raised") };
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: "transparent" },
      textColor: colour("soft"),
      fontFamily: getComputedStyle(document.body).fontFamily,
      fontSize: 11,
      // Its notice brings a style element, which the content security policy forbids; the help names the library.
      attributionLogo: false,
    },
    grid: { vertLines: line, horzLines: line },
    crosshair: { mode: CrosshairMode.Normal, vertLine: label, horzLine: label },
    rightPriceScale: { borderColor: colour("line") },
    timeScale: { borderColor: colour("line"), timeVisible: true, secondsVisible: false, rightOffset: 6 },
    localization: { locale: navigator.language },
  };
}

/** Local time of day on an axis that knows only UTC. `seconds` since 1970. */
export const localSeconds = (seconds: number) => seconds - new Date(seconds * 1000).getTimezoneOffset() * 60;
