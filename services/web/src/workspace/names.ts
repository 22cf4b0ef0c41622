/** Every panel that a workspace can hold, with the word on its tab. */
export const PANELS = {
  watchlist: "Watchlist",
  chart: "Chart",
  ladder: "Depth ladder",
  tape: "Time and sales",
  ticket: "Order ticket",
  positions: "Positions",
  open: "Open orders",
  orders: "All orders",
  fills: "Fills",
  equity: "Equity",
  account: "Account",
  performance: "Performance",
  predictions: "Predictions",
  alerts: "Alerts",
  halts: "Halts",
  limits: "Limits",
  exposure: "Exposure",
  refused: "Refused orders",
  platform: "Platform",
  feeds: "Feeds",
  latency: "Latency",
} as const;

export type PanelName = keyof typeof PANELS;

export const isPanel = (name: string): name is PanelName => Object.hasOwn(PANELS, name);
