import type { Halt, Policy } from "../api/types";
import { Store } from "./store";

export interface RiskState {
  policy: Policy | undefined;
  /** Undefined until they were read, and while they cannot be read. */
  halts: readonly Halt[] | undefined;
}

export const riskStore = new Store<RiskState>({ policy: undefined, halts: undefined });

export const platformHalt = (state: RiskState) => state.halts?.find((halt) => halt.scope === "platform");

/** The halt that would stop an order of this account in this symbol, if any. */
export const haltFor = (accountId: string | undefined, symbol: string) => (state: RiskState) =>
  platformHalt(state) ??
  state.halts?.find(
    (halt) => (halt.scope === "account" && halt.key === accountId) || (halt.scope === "symbol" && halt.key === symbol),
  );
