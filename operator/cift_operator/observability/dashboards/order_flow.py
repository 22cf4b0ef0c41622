"""What happens to orders, second by second."""

from cift_operator.observability.dashboards.panels import Dashboard, Query, panel, rate

_MAX = "max by (job) "

DASHBOARD = Dashboard(
    "order-flow",
    "CIFT · Order flow",
    (
        (
            "Now",
            (
                panel(
                    "Orders a second",
                    rate("cift_orders_total", matchers='outcome="acknowledged"'),
                    unit="ops",
                    now=True,
                    width=4,
                ),
                panel(
                    "Fills a second",
                    rate("cift_executions_total", matchers='kind="TRADE"'),
                    unit="ops",
                    now=True,
                    width=4,
                ),
                panel("Open orders", "sum(cift_open_orders)", now=True, width=4),
                panel("Waiting for the venue", "sum(cift_in_flight_orders)", now=True, limit=400, width=4),
                panel(
                    "Broker",
                    "min(cift_execution_broker_connected)",
                    now=True,
                    width=4,
                    what="1 while there is a session.",
                ),
                panel(
                    "Reconciliation differences",
                    "max(cift_execution_reconcile_differences)",
                    now=True,
                    limit=1,
                    width=4,
                ),
            ),
        ),
        (
            "In and out",
            (
                panel(
                    "Orders by outcome",
                    Query(rate("cift_orders_total", "outcome"), "{{outcome}}"),
                    unit="ops",
                    stacked=True,
                ),
                panel(
                    "Submissions at the edge",
                    Query(rate("cift_gateway_orders_total", "outcome"), "{{outcome}}"),
                    unit="ops",
                    stacked=True,
                ),
                panel("Executions", Query(rate("cift_executions_total", "kind"), "{{kind}}"), unit="ops", stacked=True),
                panel(
                    "Requests to the broker",
                    Query(rate("cift_execution_requests_total", "kind, outcome"), "{{kind}} {{outcome}}"),
                    unit="ops",
                ),
                panel(
                    "Reports from the broker",
                    Query(rate("cift_execution_reports_total", "event"), "{{event}}"),
                    unit="ops",
                    stacked=True,
                ),
                panel(
                    "Updates pushed",
                    rate("cift_gateway_updates_pushed_total"),
                    unit="ops",
                    what="Order updates to WebSocket clients.",
                ),
            ),
        ),
        (
            "Venue",
            (
                panel(
                    "Commands to the matcher",
                    Query(rate("cift_matcher_commands_total", "kind, outcome"), "{{kind}} {{outcome}}"),
                    unit="ops",
                ),
                panel(
                    "Orders in the book",
                    Query("sum by (symbol) (cift_matcher_book_orders)", "{{symbol}}"),
                    stacked=True,
                ),
                panel(
                    "Queue and sessions",
                    Query("sum(cift_matcher_queue_depth)", "queue"),
                    Query("sum(cift_matcher_sessions)", "sessions"),
                ),
                panel("Journal", Query(rate("cift_matcher_journal_record"), "records a second"), unit="ops"),
                panel("Journal size", "sum(cift_matcher_journal_bytes)", unit="bytes"),
                panel(
                    "Commands a flush",
                    Query(
                        f"{rate('cift_matcher_group_commands_sum')} / {rate('cift_matcher_group_commands_count')}",
                        "mean",
                    ),
                ),
            ),
        ),
        (
            "Delivery",
            (
                panel(
                    "Outbox",
                    Query(f"{_MAX}(cift_outbox_pending)", "rows"),
                    what="Rows that the relay has to send again.",
                ),
                panel("Outbox age", f"{_MAX}(cift_outbox_oldest_seconds)", unit="s", limit=15),
                panel(
                    "Messages a consumer has not seen",
                    Query("nats_jetstream_consumer_pending", "{{consumer}}"),
                    limit=1000,
                ),
            ),
        ),
    ),
)
