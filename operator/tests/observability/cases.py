"""For each alert: measurements that make it fire, what it says then, and measurements that leave it quiet.

Series are written as `promtool` takes them: `0+5x40` is 0, 5, 10, … 40 times; one value every 15 seconds.
"""

from dataclasses import dataclass, field

Series = dict[str, str]

ORDERS = 'http_server_request_duration_seconds_%s{http_route="/v2/orders",http_request_method="POST"%s}'
_COUNT_200 = ORDERS % ("count", ',http_response_status_code="200"')
_COUNT_503 = ORDERS % ("count", ',http_response_status_code="503"')
_FAST = ORDERS % ("bucket", ',http_response_status_code="200",le="0.01"')


def histogram(name: str, labels: str, slow: float) -> Series:
    """100 measurements every 15 s, all slower than `slow` seconds and faster than ten times that."""
    inner = f"{labels}," if labels else ""
    return {
        f'{name}_bucket{{{inner}le="{slow}"}}': "0x80",
        f'{name}_bucket{{{inner}le="{slow * 10:g}"}}': "0+100x80",
        f'{name}_bucket{{{inner}le="+Inf"}}': "0+100x80",
    }


@dataclass(frozen=True)
class Case:
    bad: Series
    good: Series
    at: str
    """When it is looked at."""
    labels: dict[str, str] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    """Annotations with a value in them; the others are those of the rule."""


CASES = {
    "OrderAvailabilityBurnFast": Case(
        {_COUNT_200: "0+98x60", _COUNT_503: "0+2x60"},
        {_COUNT_200: "0+1000x60", _COUNT_503: "0+1x60"},
        "10m",
        says={"description": "Now 2% do not."},
    ),
    "OrderAvailabilityBurnSlow": Case(
        {
            "cift:order_availability_errors:ratio_rate1d": "0.004x20",
            "cift:order_availability_errors:ratio_rate2h": "0.004x20",
        },
        {
            "cift:order_availability_errors:ratio_rate1d": "0.004x20",
            "cift:order_availability_errors:ratio_rate2h": "0.0005x20",
        },
        "1m",
        says={"description": "Now 0.4% do not."},
    ),
    "OrderLatencyBurnFast": Case(
        {_COUNT_200: "0+100x60", _FAST: "0+80x60"},
        {_COUNT_200: "0+100x60", _FAST: "0+99x60"},
        "10m",
        says={"description": "Now 20% do not."},
    ),
    "OrderLatencyBurnSlow": Case(
        {"cift:order_latency_errors:ratio_rate1d": "0.04x20", "cift:order_latency_errors:ratio_rate2h": "0.04x20"},
        {"cift:order_latency_errors:ratio_rate1d": "0.04x20", "cift:order_latency_errors:ratio_rate2h": "0.005x20"},
        "1m",
        says={"description": "Now 4% do not."},
    ),
    # money
    "ReconciliationDifference": Case(
        {"cift_execution_reconcile_differences": "2x20"},
        {"cift_execution_reconcile_differences": "0 3 0x20"},
        "2m",
        says={"description": "2 differences were left by the last comparison."},
    ),
    "ReconciliationMissing": Case(
        {"cift_execution_reconciled_timestamp_seconds": "0x40"},
        {"cift_execution_reconciled_timestamp_seconds": "0+15x40"},
        "5m",
        says={"description": "The last comparison was 5m 0s ago."},
    ),
    "LedgerImbalance": Case(
        {"cift_ledger_differences": "1x20"},
        {"cift_ledger_differences": "0x20"},
        "1m",
        says={"description": "1 differences; the log of trading names them."},
    ),
    "AuditTrailBroken": Case({"cift_audit_broken": "0 1x20"}, {"cift_audit_broken": "0x20"}, "1m"),
    "ProofMissing": Case(
        {'cift_proof_timestamp_seconds{proof="ledger"}': "0x300"},
        {'cift_proof_timestamp_seconds{proof="ledger"}': "0+15x300"},
        "70m",
        labels={"proof": "ledger"},
        says={"summary": "The ledger was not proved for an hour", "description": "The last proof was 1h 10m 0s ago."},
    ),
    "AuditSealingStopped": Case(
        {'cift_executions_total{kind="TRADE"}': "0+5x80", "cift_audit_sealed_events_total": "7x80"},
        {'cift_executions_total{kind="TRADE"}': "0+5x80", "cift_audit_sealed_events_total": "0+10x80"},
        "16m",
        labels={"kind": "TRADE"},
    ),
    "OrderWithoutRiskDecision": Case(
        {"cift_execution_orders_without_decision_total": "0 0 1x20"},
        {"cift_execution_orders_without_decision_total": "0x20"},
        "2m",
    ),
    "ExecutionQuarantined": Case({"cift_quarantine_open": "0 1x20"}, {"cift_quarantine_open": "0x20"}, "2m"),
    "MessageNotBelieved": Case(
        {'cift_messages_not_believed_total{message="cancel"}': "0 0 1x20"},
        {'cift_messages_not_believed_total{message="cancel"}': "0x20"},
        "2m",
        labels={"message": "cancel"},
        says={
            "description": "Kind: cancel. It had no effect. Somebody forges messages, or two services have other keys."
        },
    ),
    "BookingDiffersFromVenue": Case(
        {"cift_execution_booking_differences": "2x20"},
        {"cift_execution_booking_differences": "0 2x4 0x20"},
        "3m",
        says={"description": "2 differences; the log of execution names them."},
    ),
    "BrokerSequenceGap": Case(
        {"cift_execution_sequence_gaps_total": "0 0 1x20"}, {"cift_execution_sequence_gaps_total": "0x20"}, "2m"
    ),
    # analytics
    "AnalyticsStoreAway": Case(
        {"cift_analytics_store_available": "1 0x20"}, {"cift_analytics_store_available": "1 0 1x20"}, "2m"
    ),
    "AnalyticsBehind": Case(
        {"cift_analytics_updates_behind": "5000x40"},
        {"cift_analytics_updates_behind": "5000x10 0x30"},
        "8m",
        says={"description": "5k updates are not in the books."},
    ),
    "AnalyticsNotCompared": Case(
        {"cift_analytics_compared_timestamp_seconds": "0x60"},
        {"cift_analytics_compared_timestamp_seconds": "0+15x60"},
        "10m",
        says={"description": "The last time was 10m 0s ago; updates may be missing unnoticed."},
    ),
    "AnalyticsAnswersSlow": Case(
        histogram("rpc_server_call_duration_seconds", 'job="analytics",rpc_method="Analytics/GetCosts"', 2.5),
        histogram("rpc_server_call_duration_seconds", 'job="analytics",rpc_method="Analytics/Export"', 2.5),
        "12m",
        labels={"rpc_method": "Analytics/GetCosts"},
        says={
            "summary": "Analytics/GetCosts answers slowly",
            "description": "One answer in a hundred takes longer than 24.77s.",
        },
    ),
    "SignalsUnusable": Case(
        {"cift_analytics_signals_unusable_total": "0 0 1x20"}, {"cift_analytics_signals_unusable_total": "0x20"}, "2m"
    ),
    # the order path
    "BrokerDisconnected": Case(
        {"cift_execution_broker_connected": "1 0x20"}, {"cift_execution_broker_connected": "1 0 1x20"}, "1m"
    ),
    "OrdersStuck": Case(
        {"cift_in_flight_orders": "3x40", 'cift_executions_total{kind="NEW"}': "9x40"},
        {"cift_in_flight_orders": "3x40", 'cift_executions_total{kind="NEW"}': "0+3x40"},
        "3m",
        says={"description": "3 orders have no acknowledgement for a minute and more."},
    ),
    "OrderFateUnknown": Case(
        {'cift_gateway_orders_total{outcome="unknown"}': "0+2x40"},
        {'cift_gateway_orders_total{outcome="unknown"}': "5x40"},
        "6m",
        labels={"outcome": "unknown"},
        says={"description": "40 submissions got no answer from trading in time within five minutes."},
    ),
    "OrderPathSaturated": Case(
        {
            'cift_orders_total{outcome="refused",reason="ORDER_PATH_SATURATED"}': "0+15x40",
            'cift_gateway_orders_total{outcome="saturated"}': "0+30x40",
        },
        {
            'cift_orders_total{outcome="refused",reason="ORDER_PATH_SATURATED"}': "4x40",
            'cift_gateway_orders_total{outcome="saturated"}': "4x40",
        },
        "3m",
        says={"description": "3 a second."},
    ),
    "RiskLeaseExpired": Case(
        {"cift_risk_lease_expiry_timestamp_seconds": "10x20"},
        {"cift_risk_lease_expiry_timestamp_seconds": "10+15x20"},
        "1m",
    ),
    "RiskPolicyDiverged": Case(
        {"cift_trading_policy_version": "3x20", "cift_risk_policy_version": "4x20"},
        {"cift_trading_policy_version": "3 4x20", "cift_risk_policy_version": "4x20"},
        "2m",
        says={"description": "It enforces version 3."},
    ),
    "RiskRefusalsHigh": Case(
        {
            'cift_risk_decisions_total{outcome="refused"}': "0+90x80",
            'cift_risk_decisions_total{outcome="passed"}': "0+10x80",
        },
        {
            'cift_risk_decisions_total{outcome="refused"}': "0+9x80",
            'cift_risk_decisions_total{outcome="passed"}': "0+1x80",
        },
        "11m",
        says={"description": "90% of them: a strategy runs wild, or a limit is wrong."},
    ),
    "CommitsSlow": Case(
        histogram("cift_commit_duration_seconds", 'lane="orders"', 0.1),
        histogram("cift_commit_duration_seconds", 'lane="orders"', 0.001),
        "11m",
        labels={"lane": "orders"},
        says={
            "summary": "PostgreSQL takes long to commit orders",
            "description": "The 99th percentile is 991ms.",
        },
    ),
    "OutboxStuck": Case(
        {'cift_outbox_oldest_seconds{schema="trading"}': "0+15x20"},
        {'cift_outbox_oldest_seconds{schema="trading"}': "0 3 0 4x20"},
        "2m",
        labels={"schema": "trading"},
        says={
            "summary": "Messages of trading do not get out",
            "description": "The oldest has waited for 2m 0s: orders do not reach the venue.",
        },
    ),
    "ConsumerLag": Case(
        {'nats_jetstream_consumer_pending{stream="ORDERS",consumer="execution"}': "5000x20"},
        {'nats_jetstream_consumer_pending{stream="ORDERS",consumer="execution"}': "5000 0x20"},
        "2m",
        labels={"stream": "ORDERS", "consumer": "execution"},
        says={"summary": "execution is behind", "description": "5000 messages of ORDERS wait for it."},
    ),
    # the venue
    "JournalFlushSlow": Case(
        histogram("cift_matcher_journal_flush_seconds", "", 0.02),
        histogram("cift_matcher_journal_flush_seconds", "", 0.0001),
        "5m",
        says={"description": "The 99th percentile of a flush is 198.2ms; every order waits for one."},
    ),
    "JournalDiskFull": Case({"cift_matcher_disk_full": "0 1x20"}, {"cift_matcher_disk_full": "0x20"}, "1m"),
    "JournalCut": Case(
        {"cift_matcher_journal_cut_bytes_total": "37x20"},
        {"cift_matcher_journal_cut_bytes_total": "0x20"},
        "1m",
        says={"description": "37 bytes that were never acknowledged were cut off at its start."},
    ),
    "SnapshotsFail": Case(
        {"cift_matcher_snapshot_failures_total": "0 0 1x20"}, {"cift_matcher_snapshot_failures_total": "1x20"}, "2m"
    ),
    # market data
    "FeedStale": Case(
        {"cift_marketdata_feed_age_seconds": "0+15x20", "cift_marketdata_session_open": "1x20"},
        {"cift_marketdata_feed_age_seconds": "0+15x20", "cift_marketdata_session_open": "0x20"},
        "1m",
        says={"description": "The last tick came 1m 0s ago; market orders are refused."},
    ),
    "BadTicks": Case(
        {
            'cift_marketdata_bad_ticks_total{reason="crossed"}': "0+20x80",
            'cift_marketdata_ticks_total{kind="quote"}': "0+100x80",
        },
        {
            'cift_marketdata_bad_ticks_total{reason="crossed"}': "0+1x80",
            'cift_marketdata_ticks_total{kind="quote"}': "0+100x80",
        },
        "11m",
        says={"description": "20% of the ticks were refused or flagged."},
    ),
    "HistoryBehind": Case(
        {"cift_marketdata_questdb_rows_waiting": "60000x20"},
        {"cift_marketdata_questdb_rows_waiting": "60000 50x20"},
        "2m",
        says={"description": "60000 rows wait; beyond the bound ticks are given up."},
    ),
    "HistoryLost": Case(
        {'cift_marketdata_questdb_rows_dropped_total{reason="full"}': "0+10x60"},
        {'cift_marketdata_questdb_rows_dropped_total{reason="full"}': "10x60"},
        "10m",
        says={"description": "400 rows never reached QuestDB."},
    ),
    "HistoryTableSuspended": Case(
        {"cift_marketdata_questdb_tables_suspended": "1x20"},
        {"cift_marketdata_questdb_tables_suspended": "0x20"},
        "2m",
        says={"description": "1 tables are suspended."},
    ),
    "FillsNotStored": Case(
        {'cift_marketdata_fills_given_up_total{reason="malformed"}': "0+1x60"},
        {'cift_marketdata_fills_given_up_total{reason="malformed"}': "1x60"},
        "10m",
        says={"description": "40 fills; PostgreSQL has them."},
    ),
    # stores
    "StoreDown": Case(
        {'cift_store_up{store="postgres"}': "1 0x20"},
        {'cift_store_up{store="postgres"}': "1 0 1x20"},
        "1m",
        labels={"store": "postgres"},
        says={"summary": "postgres does not answer"},
    ),
    "TargetDown": Case(
        {'up{job="trading"}': "1 0x20"},
        {'up{job="trading"}': "1 0 1x20"},
        "2m",
        labels={"job": "trading"},
        says={"summary": "trading cannot be scraped"},
    ),
    "CrashLooping": Case(
        {'process_start_time_seconds{job="trading"}': "0+15x40"},
        {'process_start_time_seconds{job="trading"}': "0 10x40"},
        "1m",
        labels={"job": "trading"},
        says={
            "summary": "trading ends again and again",
            "description": "It was started 4 times within ten minutes.",
        },
    ),
    "DatabaseConnectionsExhausted": Case(
        {
            'postgresql_backends{state="idle"}': "50x20",
            'postgresql_backends{state="active"}': "40x20",
            "postgresql_connection_max": "100x20",
        },
        {'postgresql_backends{state="idle"}': "50x20", "postgresql_connection_max": "100x20"},
        "2m",
        says={"description": "90% are taken."},
    ),
    "DatabasePoolExhausted": Case(
        {
            'db_client_connection_count{job="trading",db_client_connection_pool_name="trading",'
            'db_client_connection_state="used"}': "8x20",
            'db_client_connection_max{job="trading",db_client_connection_pool_name="trading"}': "8x20",
        },
        {
            'db_client_connection_count{job="trading",db_client_connection_pool_name="trading",'
            'db_client_connection_state="used"}': "7x20",
            'db_client_connection_max{job="trading",db_client_connection_pool_name="trading"}': "8x20",
        },
        "2m",
        labels={"job": "trading", "db_client_connection_pool_name": "trading"},
        says={"summary": "trading waits for connections", "description": "All 8 of its pool are in use."},
    ),
    "DatabaseTransactionOld": Case(
        {"postgresql_oldest_transaction_seconds": "0+15x60"},
        {"postgresql_oldest_transaction_seconds": "2x60"},
        "10m",
        says={"description": "It is 10m 0s old: the audit sealer and vacuum wait for it."},
    ),
    "CacheEvicts": Case(
        {"redis_keys_evicted": "0+3x60"},
        {"redis_keys_evicted": "3x60"},
        "10m",
        says={"description": "120 within ten minutes; prices are asked from market data instead."},
    ),
    "StreamNearlyFull": Case(
        {
            'nats_jetstream_stream_bytes{stream="ORDERS"}': "900x40",
            'nats_jetstream_stream_bytes_max{stream="ORDERS"}': "1000x40",
        },
        {
            'nats_jetstream_stream_bytes{stream="ORDERS"}': "900x40",
            'nats_jetstream_stream_bytes_max{stream="ORDERS"}': "-1x40",
        },
        "6m",
        labels={"stream": "ORDERS"},
        says={
            "summary": "The stream ORDERS is nearly full",
            "description": "90%; beyond its bound the oldest messages go.",
        },
    ),
    "DiskNearlyFull": Case(
        {"system_filesystem_free_bytes": "5x20", "system_filesystem_limit_bytes": "100x20"},
        {"system_filesystem_free_bytes": "50x20", "system_filesystem_limit_bytes": "100x20"},
        "2m",
        says={"description": "5% is left; PostgreSQL and the journal stop without space."},
    ),
    # security
    "LogInBruteForce": Case(
        {
            'cift_gateway_security_events_total{event="log_in_failed"}': "0+4x40",
            'cift_gateway_security_events_total{event="locked_out"}': "0+1x40",
        },
        {
            'cift_gateway_security_events_total{event="log_in_failed"}': "0+2x40",
            'cift_gateway_security_events_total{event="log_in"}': "0+100x40",
        },
        "6m",
        says={"description": "100 log-ins failed or were locked out within five minutes."},
    ),
    "RefreshTokenReused": Case(
        {'cift_gateway_security_events_total{event="refresh_token_reused"}': "0x60 1x20"},
        {'cift_gateway_security_events_total{event="refresh_token_reused"}': "1x80"},
        "18m",
        says={"description": "1 times within a quarter of an hour; somebody else may have a copy."},
    ),
    "AdminAccessChanged": Case(
        {'cift_gateway_security_events_total{event="user_disabled"}': "0x60 2x20"},
        {
            'cift_gateway_security_events_total{event="user_disabled"}': "2x80",
            'cift_gateway_security_events_total{event="log_in"}': "0+100x80",
        },
        "18m",
        labels={"event": "user_disabled"},
        says={
            "description": "2 changes within a quarter of an hour; the audit entries say who made them.",
        },
    ),
    "SecurityEventsNotStored": Case(
        {'cift_gateway_security_events_unstored_total{cause="flood"}': "0x60 5x20"},
        {'cift_gateway_security_events_unstored_total{cause="flood"}': "5x80"},
        "18m",
        labels={"cause": "flood"},
        says={"description": "5 events within a quarter of an hour are in the gateway's log only."},
    ),
    "CredentialsNotChecked": Case(
        {"cift_gateway_credentials_checked_timestamp_seconds": "0x20"},
        {"cift_gateway_credentials_checked_timestamp_seconds": "0+15x20"},
        "2m",
        says={"description": "It compared open streams with the database 2m 0s ago."},
    ),
}
