import { ColorType, CrosshairMode, type DeepPartial, LineStyle, type TimeChartOptions } from "lightweight-charts";

// Asking for a style makes the browser work out all that has changed since: too much to do for every stroke of a frame.
const known = new Map<string, string>();
let look = "";

function style(name: string, ask: () => string): string {
  const { theme, palette } = document.documentElement.dataset;
  if (look !== `${theme} ${palette}`) known.clear();
  look = `${theme} ${palette}`;
  const found = known.get(name) ?? ask();
  // As long as the style sheet is on its way there is none.
  if (found) known.set(name, found);
  return found;
}

/** A colour of the style sheet, for what is drawn on a canvas. */
export const colour = (name: string) =>
  style(name, () => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());

export const fontFamily = () => style("font-family of the body", () => getComputedStyle(document.body).fontFamily);

export function chartLook(): DeepPartial<TimeChartOptions> {
  const line = { color: colour("line-soft"), style: LineStyle.Solid };
  const label = { color: colour("faint"), labelBackgroundColor: colour("raised") };
  return {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: "transparent" },
      textColor: colour("soft"),
      fontFamily: fontFamily(),
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
