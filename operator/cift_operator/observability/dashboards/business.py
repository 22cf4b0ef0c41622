"""What it is all for: accounts, volume, profit and loss; and whether the books hold."""

from cift_operator.observability.dashboards.panels import Dashboard, Query, panel, rate

_ACKNOWLEDGED = rate("cift_orders_total", matchers='outcome="acknowledged"')

DASHBOARD = Dashboard(
    "business",
    "CIFT · Business",
    (
        (
            "Now",
            (
                panel("Profit and loss today", "sum(cift_day_profit)", unit="currencyUSD", now=True, width=6),
                panel("Equity", "sum(cift_equity)", unit="currencyUSD", now=True, width=6),
                panel("Accounts", "sum(cift_accounts)", now=True, width=6),
                panel("Positions", "sum(cift_positions)", now=True, width=6),
            ),
        ),
        (
            "Volume",
            (
                panel(
                    "Traded, last hour",
                    Query("sum by (side) (increase(cift_traded_notional_total[1h]))", "{{side}}"),
                    unit="currencyUSD",
                    stacked=True,
                ),
                panel(
                    "Traded a second, by symbol",
                    Query(rate("cift_traded_notional_total", "symbol"), "{{symbol}}"),
                    unit="currencyUSD",
                    stacked=True,
                ),
                panel(
                    "Fills an order",
                    Query(
                        rate("cift_executions_total", matchers='kind="TRADE"') + " / " + _ACKNOWLEDGED,
                        "share",
                    ),
                    unit="percentunit",
                ),
                panel("Profit and loss", Query("sum(cift_day_profit)", "today"), unit="currencyUSD"),
                panel(
                    "Cash and positions",
                    Query("sum(cift_cash)", "cash"),
                    Query("sum(cift_equity) - sum(cift_cash)", "positions"),
                    unit="currencyUSD",
                ),
                panel("Accounts", Query("sum(cift_accounts)", "accounts"), Query("sum(cift_positions)", "positions")),
            ),
        ),
        (
            "Proofs",
            (
                panel("Ledger differences", "max(cift_ledger_differences)", limit=1, what="Double entry: must be 0."),
                panel("Audit trail broken", "max(cift_audit_broken)", limit=1),
                panel(
                    "Age of the proofs",
                    Query("time() - max by (proof) (cift_proof_timestamp_seconds)", "{{proof}}"),
                    unit="s",
                    limit=3600,
                ),
                panel("Events sealed", rate("cift_audit_sealed_events_total"), unit="ops"),
                panel(
                    "Compared with the broker",
                    Query("time() - max(cift_execution_reconciled_timestamp_seconds)", "age"),
                    unit="s",
                    limit=120,
                ),
                panel("Differences from the broker", "max(cift_execution_reconcile_differences)", limit=1),
            ),
        ),
    ),
)
