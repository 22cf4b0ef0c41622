import { type FunctionComponent, lazy, Suspense } from "react";
import { AccountFacts } from "../panels/AccountFacts";
import { Alerts } from "../panels/Alerts";
import { Exposed } from "../panels/Exposed";
import { Feeds } from "../panels/Feeds";
import { Fills } from "../panels/Fills";
import { Halts } from "../panels/Halts";
import { Ladder } from "../panels/Ladder";
import { Latency } from "../panels/Latency";
import { LimitsPanel } from "../panels/LimitsPanel";
import { OpenOrders, Orders } from "../panels/Orders";
import { Performance } from "../panels/Performance";
import { Platform } from "../panels/Platform";
import { Positions } from "../panels/Positions";
import { Predictions } from "../panels/Predictions";
import { Refused } from "../panels/Refused";
import { Tape } from "../panels/Tape";
import { Ticket } from "../panels/Ticket";
import { Watchlist } from "../panels/Watchlist";
import { isPanel, type PanelName } from "./names";

const CONTENTS: Record<PanelName, FunctionComponent> = {
  watchlist: Watchlist,
  chart: lazy(() => import("../panels/Chart")),
  ladder: Ladder,
  tape: Tape,
  ticket: Ticket,
  positions: Positions,
  open: OpenOrders,
  orders: () => <Orders all />,
  fills: Fills,
  equity: lazy(() => import("../panels/Equity")),
  account: AccountFacts,
  performance: Performance,
  predictions: Predictions,
  alerts: Alerts,
  halts: Halts,
  limits: LimitsPanel,
  exposure: Exposed,
  refused: Refused,
  platform: Platform,
  feeds: Feeds,
  latency: Latency,
};

export function PanelContent({ name }: { name: string }) {
  if (!isPanel(name)) return null;
  const Content = CONTENTS[name];
  return <Suspense fallback={<p className="empty">…</p>}><Content /></Suspense>;
}
