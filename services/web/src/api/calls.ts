import { session } from "./session";
import type {
  Account, Activity, Alert, ApiKey, Asset, Bar, Breach, Clock, Exposure, Halt, LogInSession, NewApiKey, Order, Performance,
  Platform, Policy, PortfolioHistory, Position, Prediction, Preview, ReplaceOrder, Scope, SetLimits, Snapshot, SubmitOrder, Watchlist,
} from "./types";

const call = session.call.bind(session);
const each = encodeURIComponent;

export const getAccount = () => call<Account>("GET", "/v2/account");
export const getPlatform = () => call<Platform>("GET", "/v2/platform");
export const getClock = () => call<Clock>("GET", "/v2/clock");
export const listAssets = () => call<Asset[]>("GET", "/v2/assets");
export const listPositions = () => call<Position[]>("GET", "/v2/positions");
export const listFills = () => call<Activity[]>("GET", "/v2/account/activities", { query: { page_size: 100 } });
export const getPortfolioHistory = (period: string) =>
  call<PortfolioHistory>("GET", "/v2/account/portfolio/history", { query: { period } });

export const listOrders = (status: "open" | "all", limit: number) =>
  call<Order[]>("GET", "/v2/orders", { query: { status, limit } });
export const submitOrder = (body: SubmitOrder) => call<Order>("POST", "/v2/orders", { body });
export const previewOrder = (body: SubmitOrder) => call<Preview>("POST", "/v2/risk/preview", { body });
export const findOrder = (clientOrderId: string) =>
  call<Order>("GET", "/v2/orders:by_client_order_id", { query: { client_order_id: clientOrderId } });
export const replaceOrder = (id: string, body: ReplaceOrder) =>
  call<Order>("PATCH", `/v2/orders/${each(id)}`, { body });
export const cancelOrder = (id: string) => call<void>("DELETE", `/v2/orders/${each(id)}`);
export const cancelAllOrders = () => call<unknown>("DELETE", "/v2/orders");
export const closePosition = (symbol: string) => call<Order>("DELETE", `/v2/positions/${each(symbol)}`);

export const getSnapshots = (symbols: readonly string[]) =>
  call<Record<string, Snapshot>>("GET", "/v2/stocks/snapshots", { query: { symbols: symbols.join(",") } });
export const listBars = (symbol: string, timeframe: string, range: { start: string; end?: string; limit: number }) =>
  call<{ bars: Bar[] }>("GET", `/v2/stocks/${each(symbol)}/bars`, { query: { timeframe, sort: "desc", ...range } });

/** The newest ones of today. */
export const listTrades = async (symbol: string) => {
  const query = { limit: 100, sort: "desc", start: new Date(Date.now() - 86_400_000).toISOString() };
  return (await call<{ trades: NonNullable<Snapshot["latestTrade"]>[] }>("GET", `/v2/stocks/${each(symbol)}/trades`, { query })).trades;
};

export const listWatchlists = () => call<Watchlist[]>("GET", "/v2/watchlists");
export const createWatchlist = (name: string, symbols: string[]) =>
  call<Watchlist>("POST", "/v2/watchlists", { body: { name, symbols } });
export const setWatchlist = (id: string, symbols: string[]) =>
  call<Watchlist>("PUT", `/v2/watchlists/${each(id)}`, { body: { symbols } });

export const getPolicy = () => call<Policy>("GET", "/v2/risk/policy");
export const listHalts = () => call<Halt[]>("GET", "/v2/risk/halts");
export const setHalt = (scope: Scope, key: string, reason: string) =>
  call<unknown>("POST", "/v2/risk/halts", { body: { scope, key, reason } });
export const liftHalt = (scope: Scope, key: string) => call<unknown>("DELETE", "/v2/risk/halts", { query: { scope, key } });
export const setLimits = (body: SetLimits) => call<unknown>("PATCH", "/v2/risk/limits", { body });
export const getExposure = () => call<Exposure>("GET", "/v2/risk/exposure");
export const listBreaches = () => call<Breach[]>("GET", "/v2/risk/breaches", { query: { limit: 50 } });

export const getPerformance = (groupBy: string, order: string, timeZone: string) =>
  call<{ rows: Performance[] }>("GET", "/v2/analytics/performance", { query: { group_by: groupBy, order, time_zone: timeZone } });
export const listPredictions = () => call<{ predictions: Prediction[]; registry_reachable: boolean }>("GET", "/v2/predictions");
export const listAlerts = () => call<Alert[]>("GET", "/v2/operations/alerts");

/** Not through the session: it also answers who is not logged in, and 503 is an answer. */
export const getReadiness = async () => {
  const response = await fetch("/readyz", { cache: "no-store", signal: AbortSignal.timeout(5_000) });
  return (await response.json()) as { status: string; missing: string[] };
};

export const getSettings = () => call<Record<string, unknown>>("GET", "/auth/me/settings");
export const putSettings = (body: Record<string, unknown>) => call<unknown>("PUT", "/auth/me/settings", { body });
export const changePassword = (oldPassword: string, newPassword: string) =>
  call<void>("PUT", "/auth/me/password", { body: { old_password: oldPassword, new_password: newPassword } });
export const listKeys = () => call<ApiKey[]>("GET", "/auth/keys");
export const createKey = (name: string) => call<NewApiKey>("POST", "/auth/keys", { body: { name } });
export const listSessions = () => call<LogInSession[]>("GET", "/auth/me/sessions");
export const endSession = (id: string) => call<void>("DELETE", `/auth/me/sessions/${each(id)}`);
export const revokeKey = (id: string) => call<void>("DELETE", `/auth/keys/${each(id)}`);
