"""What the trading service measures (Prometheus; OpenTelemetry's names where it has them)."""

from prometheus_client import Counter, Gauge, Histogram

_FAST = (
    0.0002,
    0.0005,
    0.001,
    0.0015,
    0.002,
    0.0025,
    0.003,
    0.004,
    0.005,
    0.0075,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    5,
)

orders = Counter("cift_orders", "Orders by what became of them", ["outcome", "reason"])
order_ack = Histogram("cift_order_ack_seconds", "From SubmitOrder to its answer, the order durable", buckets=_FAST)
order_fill = Histogram("cift_order_fill_seconds", "From a market order's submission to its durable fill", buckets=_FAST)
open_orders = Gauge("cift_open_orders", "Orders that may still be filled")
in_flight_orders = Gauge("cift_in_flight_orders", "Orders that the venue has not acknowledged yet")

risk_decisions = Counter("cift_risk_decisions", "Decisions of the risk engine", ["outcome", "reason"])
risk_duration = Histogram(
    "cift_risk_check_seconds",
    "How long the risk engine took for one order",
    buckets=(1e-7, 2e-7, 5e-7, 1e-6, 2e-6, 5e-6, 1e-5, 1e-4, 1e-3),
)
policy_version = Gauge("cift_trading_policy_version", "The policy that the engine enforces")
lease_expires = Gauge("cift_risk_lease_expiry_timestamp_seconds", "When the policy's lease runs out")

commit_duration = Histogram("cift_commit_duration_seconds", "One group commit", ["lane"], buckets=_FAST)
commit_size = Histogram(
    "cift_commit_group_size", "Items in one group commit", ["lane"], buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)

price_reads = Counter("cift_price_reads", "Latest prices asked for", ["source", "outcome"])
cache_writes = Counter("cift_cache_writes", "Accounts and positions written to the cache", ["outcome"])
executions = Counter("cift_executions", "Executions by what they were", ["kind"])
sealed_events = Counter("cift_audit_sealed_events", "Events of the audit trail that were sealed")
audit_head = Gauge("cift_audit_head", "The sequence of the last seal")

# What the business looks like.
traded_notional = Counter("cift_traded_notional", "Money that changed hands", ["symbol", "side"])
accounts = Gauge("cift_accounts", "Accounts")
positions = Gauge("cift_positions", "Positions that are not flat")
cash = Gauge("cift_cash", "Cash of all accounts")
equity = Gauge("cift_equity", "What all accounts are worth at the latest prices")
day_profit = Gauge("cift_day_profit", "Profit and loss of all accounts since the day began")

# What must hold.
ledger_differences = Gauge("cift_ledger_differences", "What does not add up in the double-entry ledger; must be 0")
audit_broken = Gauge("cift_audit_broken", "1 where the audit trail was found changed, cut or swapped")
proved = Gauge("cift_proof_timestamp_seconds", "When a proof was last made", ["proof"])
proof_failures = Counter("cift_proof_failures", "Proofs that could not be made", ["proof"])
quarantined = Counter("cift_executions_quarantined", "Execution reports that were not booked", ["reason"])
quarantine_open = Gauge("cift_quarantine_open", "Quarantined execution reports that no operator has resolved")
