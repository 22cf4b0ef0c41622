"""Whether what was traded is in the books, and how fast questions about it are answered."""

from cift_operator.observability.dashboards.panels import Dashboard, Query, panel, rate

_ANSWERS = "rpc_server_call_duration_seconds"
_JOB = 'job="analytics"'

DASHBOARD = Dashboard(
    "analytics",
    "CIFT · Analytics",
    (
        (
            "Now",
            (
                panel("Store answers", "min(cift_analytics_store_available)", now=True, width=6),
                panel("Updates behind trading", "sum(cift_analytics_updates_behind)", now=True, width=6),
                panel("Fills stored", 'sum(cift_analytics_table_rows{table="fills"})', now=True, width=6),
                panel("On disk", "sum(cift_analytics_table_bytes)", unit="bytes", now=True, width=6),
            ),
        ),
        (
            "Updates",
            (
                panel(
                    "Booked",
                    Query(rate("cift_analytics_updates_applied_total"), "updates"),
                    Query(rate("cift_analytics_fills_applied_total"), "fills"),
                    unit="ops",
                ),
                panel(
                    "Waiting",
                    Query("sum(cift_analytics_updates_waiting)", "heard"),
                    Query("sum(cift_analytics_updates_behind)", "told by trading"),
                    limit=1000,
                ),
                panel(
                    "Not as it should come",
                    Query(rate("cift_analytics_updates_caught_up_total"), "left out by NATS"),
                    Query(rate("cift_analytics_updates_repeated_total"), "repeated"),
                    Query(rate("cift_analytics_writes_failed_total"), "writes failed"),
                    unit="ops",
                ),
                panel(
                    "Compared with trading",
                    Query("time() - max(cift_analytics_compared_timestamp_seconds)", "age"),
                    unit="s",
                    limit=300,
                ),
                panel(
                    "Signals",
                    Query(rate("cift_analytics_signals_stored_total"), "stored"),
                    Query(rate("cift_analytics_signals_unusable_total"), "unusable"),
                    unit="ops",
                ),
                panel(
                    "Consumers",
                    Query(
                        'sum by (consumer) (nats_jetstream_consumer_pending{consumer=~"analytics-.*"})', "{{consumer}}"
                    ),
                    what="Messages that JetStream still has for them.",
                    limit=1000,
                ),
            ),
        ),
        (
            "Answers",
            (
                panel("A second", Query(rate(f"{_ANSWERS}_count", "rpc_method", _JOB), "{{rpc_method}}"), unit="ops"),
                panel(
                    "p99 over five minutes",
                    Query("cift:analytics_answer_seconds:p99", "{{rpc_method}}"),
                    unit="s",
                    limit=2,
                ),
            ),
        ),
        (
            "Store",
            (
                panel("Space", Query("sum by (table) (cift_analytics_table_bytes)", "{{table}}"), unit="bytes"),
                panel("Rows", Query("sum by (table) (cift_analytics_table_rows)", "{{table}}")),
                panel(
                    "Parts",
                    Query("sum by (table) (cift_analytics_table_parts)", "{{table}}"),
                    what="Many small ones make every question slow.",
                    limit=300,
                ),
            ),
        ),
    ),
)
