import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type Account = Schemas["Account"];
export type Activity = Schemas["Activity"];
export type Alert = Schemas["Alert"];
export type ApiKey = Schemas["ApiKey"];
export type Asset = Schemas["Asset"];
export type Bar = Schemas["Bar"];
export type Breach = Schemas["Breach"];
export type Clock = Schemas["Clock"];
export type Exposure = Schemas["Exposure"];
export type Halt = Schemas["Halt"];
export type Limits = Schemas["Limits"];
export type LogInSession = Schemas["Session"];
export type NewApiKey = Schemas["NewApiKey"];
export type Order = Schemas["Order"];
export type Policy = Schemas["Policy"];
export type Performance = Schemas["Performance"];
export type Platform = Schemas["Platform"];
export type PortfolioHistory = Schemas["PortfolioHistory"];
export type Position = Schemas["Position"];
export type Prediction = Schemas["Prediction"];
export type Preview = Schemas["Preview"];
export type SignedUp = Schemas["SignedUp"];
export type SignUpPolicy = Schemas["SignUpPolicy"];
export type SignUpMode = SignUpPolicy["mode"];
export type Snapshot = Schemas["SnapshotParts"];
export type Tokens = Schemas["Tokens"];
export type User = Schemas["User"];
export type Watchlist = Schemas["Watchlist"];

type JsonBody<Operation> = Operation extends { requestBody: { content: { "application/json": infer Body } } } ? Body : never;

export type SubmitOrder = JsonBody<operations["submit_order_v2_orders_post"]>;
export type ReplaceOrder = JsonBody<operations["replace_order_v2_orders__order_id__patch"]>;
export type SetLimits = JsonBody<operations["set_limits_v2_risk_limits_patch"]>;
export type Scope = Halt["scope"];
export type Side = SubmitOrder["side"];
export type OrderType = SubmitOrder["type"];
export type TimeInForce = SubmitOrder["time_in_force"];
