"""Prices: whether they come, are believed, and get to whoever needs them."""

from cift_operator.observability.dashboards.panels import Dashboard, Query, panel, quantiles, rate

_HITS = 'source=~"memory|cache",outcome="hit"'

DASHBOARD = Dashboard(
    "market-data",
    "CIFT · Market data",
    (
        (
            "Feed",
            (
                panel("Feed age", "max(cift_marketdata_feed_age_seconds)", unit="s", limit=10),
                panel(
                    "Ticks taken in",
                    Query(rate("cift_marketdata_ticks_total", "kind"), "{{kind}}"),
                    unit="ops",
                    stacked=True,
                ),
                panel(
                    "Ticks refused or not believed",
                    Query(rate("cift_marketdata_bad_ticks_total", "reason"), "{{reason}}"),
                    unit="ops",
                    empty=True,
                ),
                panel("Market open", "min(cift_marketdata_session_open)", what="1 in a session of the calendar."),
                panel(
                    "Prices read by trading",
                    Query(rate("cift_price_reads_total", "source, outcome"), "{{source}} {{outcome}}"),
                    unit="ops",
                    stacked=True,
                ),
                panel(
                    "Cache hit rate",
                    Query(
                        rate("cift_price_reads_total", matchers=_HITS) + " / " + rate("cift_price_reads_total"),
                        "hits",
                    ),
                    unit="percentunit",
                ),
            ),
        ),
        (
            "Out",
            (
                panel(
                    "Messages to NATS",
                    Query(rate("cift_marketdata_nats_messages_total"), "sent"),
                    Query(rate("cift_marketdata_nats_messages_lost_total"), "lost"),
                    unit="ops",
                ),
                panel(
                    "Ticks to WebSocket clients",
                    Query(rate("cift_gateway_ticks_pushed_total", "kind"), "{{kind}}"),
                    unit="ops",
                    stacked=True,
                ),
                panel(
                    "Ticks conflated for slow clients",
                    Query(rate("cift_gateway_ticks_conflated_total", "kind"), "{{kind}}"),
                    unit="ops",
                    empty=True,
                ),
                panel(
                    "Subscribers",
                    Query("sum(cift_marketdata_subscribers)", "gRPC"),
                    Query('sum(cift_gateway_websocket_clients{kind!="trade_updates"})', "WebSocket"),
                ),
                panel(
                    "Quotes to the venue",
                    Query(rate("cift_execution_quotes_total", "outcome"), "{{outcome}}"),
                    Query(rate("cift_execution_quotes_sent_total"), "sent"),
                    unit="ops",
                ),
                panel(
                    "Quotes withdrawn",
                    rate("cift_execution_quotes_withdrawn_total"),
                    unit="ops",
                    what="Their feed was silent.",
                ),
            ),
        ),
        (
            "History",
            (
                panel("Rows to QuestDB", rate("cift_marketdata_questdb_rows_total"), unit="ops"),
                panel("Rows that wait", "sum(cift_marketdata_questdb_rows_waiting)", limit=50_000),
                panel("Flush", *quantiles("cift_marketdata_questdb_flush_seconds"), unit="s"),
                panel("Fills stored", rate("cift_marketdata_fills_written_total"), unit="ops"),
                panel(
                    "Rows given up",
                    Query(rate("cift_marketdata_questdb_rows_dropped_total", "reason"), "{{reason}}"),
                    unit="ops",
                    empty=True,
                ),
                panel("Tables suspended", "sum(cift_marketdata_questdb_tables_suspended)", limit=1),
            ),
        ),
    ),
)
