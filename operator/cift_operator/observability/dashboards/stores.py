"""PostgreSQL, NATS, the cache, QuestDB, the disk."""

from cift_operator.observability.dashboards.panels import RATE, Dashboard, Query, panel, quantile

_HITS = f'rate(postgresql_blocks{{source="memory"}}[{RATE}])'

_FOUND = f"sum(rate(redis_keyspace_hits[{RATE}]))"
_STATE = "db_client_connection_state"

DASHBOARD = Dashboard(
    "stores",
    "CIFT · Stores",
    (
        (
            "All",
            (
                panel(
                    "Answer",
                    Query("min by (store) (cift_store_up)", "{{store}}"),
                    Query("min(cift_marketdata_questdb_up)", "questdb"),
                    now=True,
                    width=12,
                ),
                panel(
                    "Answers within, p99",
                    Query(quantile(0.99, "cift_store_answer_seconds", "store"), "{{store}}"),
                    unit="s",
                    width=12,
                ),
            ),
        ),
        (
            "PostgreSQL",
            (
                panel(
                    "Transactions",
                    Query(f"sum(rate(postgresql_commits[{RATE}]))", "committed"),
                    Query(f"sum(rate(postgresql_rollbacks[{RATE}]))", "rolled back"),
                    unit="ops",
                ),
                panel(
                    "Sessions",
                    Query("sum by (state) (postgresql_backends)", "{{state}}"),
                    Query("max(postgresql_connection_max)", "limit"),
                ),
                panel(
                    "Pools of the services",
                    Query(
                        f"sum by (db_client_connection_pool_name, {_STATE}) (db_client_connection_count)",
                        "{{db_client_connection_pool_name}} {{db_client_connection_state}}",
                    ),
                ),
                panel("Write-ahead log", f"sum(rate(postgresql_wal_bytes[{RATE}]))", unit="Bps"),
                panel(
                    "Blocks found in memory",
                    Query(f"sum({_HITS}) / sum(rate(postgresql_blocks[{RATE}]))", "hits"),
                    unit="percentunit",
                ),
                panel(
                    "Oldest transaction",
                    Query("max(postgresql_oldest_transaction_seconds)", "age"),
                    unit="s",
                    limit=300,
                ),
                panel("Size", "max(postgresql_db_size_bytes)", unit="bytes"),
                panel(
                    "Waiting for locks",
                    Query("max(postgresql_sessions_waiting)", "sessions"),
                    Query(f"sum(rate(postgresql_deadlocks[{RATE}]))", "deadlocks a second"),
                ),
            ),
        ),
        (
            "NATS",
            (
                panel(
                    "Messages stored",
                    Query(f"sum by (stream) (rate(nats_jetstream_stream_last_sequence[{RATE}]))", "{{stream}}"),
                    unit="ops",
                ),
                panel("Streams", Query("max by (stream) (nats_jetstream_stream_bytes)", "{{stream}}"), unit="bytes"),
                panel(
                    "Not delivered yet", Query("nats_jetstream_consumer_pending", "{{stream}} {{consumer}}"), limit=1000
                ),
                panel(
                    "Not acknowledged yet", Query("nats_jetstream_consumer_unacknowledged", "{{stream}} {{consumer}}")
                ),
                panel("Delivered again", Query("nats_jetstream_consumer_redelivered", "{{stream}} {{consumer}}")),
                panel(
                    "Published by the services",
                    Query(
                        f"sum by (stream_kind, outcome) (rate(messaging_client_published_messages_total[{RATE}]))",
                        "{{stream_kind}} {{outcome}}",
                    ),
                    unit="ops",
                ),
            ),
        ),
        (
            "Cache, history, disk",
            (
                panel("Cache: commands", f"sum(rate(redis_commands_processed[{RATE}]))", unit="ops"),
                panel(
                    "Cache: keys found",
                    Query(
                        f"{_FOUND} / ({_FOUND} + sum(rate(redis_keyspace_misses[{RATE}])))",
                        "hits",
                    ),
                    unit="percentunit",
                ),
                panel(
                    "Cache: memory",
                    Query("max(redis_memory_used_bytes)", "used"),
                    Query("max(redis_memory_max_bytes)", "limit"),
                    unit="bytes",
                ),
                panel("QuestDB: rows committed", f"sum(rate(questdb_committed_rows_total[{RATE}]))", unit="ops"),
                panel("QuestDB: memory", "max(questdb_memory_rss)", unit="bytes"),
                panel(
                    "Disk left",
                    Query("min(system_filesystem_free_bytes / system_filesystem_limit_bytes)", "left"),
                    unit="percentunit",
                ),
            ),
        ),
    ),
)
