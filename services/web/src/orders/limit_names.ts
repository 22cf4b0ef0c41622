/** The risk engine's rules by their reason codes, in a trader's words. */
const NAMES: Record<string, string> = {
  ORDER_QUANTITY: "Order quantity",
  ORDER_NOTIONAL: "Order value",
  POSITION_QUANTITY: "Position",
  POSITION_NOTIONAL: "Position value",
  GROSS_EXPOSURE: "Gross exposure",
  NET_EXPOSURE: "Net exposure",
  BUYING_POWER: "Buying power",
  OPEN_ORDERS: "Open orders",
  DAILY_LOSS: "Daily loss",
};

export const limitName = (rule: string) => NAMES[rule] ?? rule.toLowerCase().replaceAll("_", " ");
