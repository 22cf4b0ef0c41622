"""The processes: whether they run, what they use, what they answer."""

from cift_operator.observability.dashboards.panels import RATE, Dashboard, Query, panel, quantile, rate

DASHBOARD = Dashboard(
    "services",
    "CIFT · Services",
    (
        (
            "Processes",
            (
                panel("Up", Query("min by (job) (up)", "{{job}}"), now=True, width=24),
                panel(
                    "Processor",
                    Query(f"sum by (job) (rate(process_cpu_seconds_total[{RATE}]))", "{{job}}"),
                    unit="percentunit",
                    what="1 is one core.",
                ),
                panel("Memory", Query("max by (job) (process_resident_memory_bytes)", "{{job}}"), unit="bytes"),
                panel("Open files", Query("max by (job) (process_open_fds)", "{{job}}")),
                panel("Running for", Query("time() - max by (job) (process_start_time_seconds)", "{{job}}"), unit="s"),
                panel(
                    "Started again",
                    Query("sum by (job) (changes(process_start_time_seconds[10m]))", "{{job}}"),
                    limit=3,
                ),
                panel(
                    "Garbage collections",
                    Query(
                        f"sum by (job, generation) (rate(python_gc_collections_total[{RATE}]))",
                        "{{job}} {{generation}}",
                    ),
                    unit="ops",
                ),
            ),
        ),
        (
            "What they answer",
            (
                panel(
                    "HTTP by status",
                    Query(
                        rate("http_server_request_duration_seconds_count", "http_response_status_code"),
                        "{{http_response_status_code}}",
                    ),
                    unit="ops",
                    stacked=True,
                ),
                panel(
                    "HTTP by route",
                    Query(
                        rate("http_server_request_duration_seconds_count", "http_request_method, http_route"),
                        "{{http_request_method}} {{http_route}}",
                    ),
                    unit="ops",
                ),
                panel("HTTP under way", "sum(http_server_active_requests)"),
                panel(
                    "gRPC by method",
                    Query(rate("rpc_server_call_duration_seconds_count", "job, rpc_method"), "{{job}} {{rpc_method}}"),
                    unit="ops",
                ),
                panel(
                    "gRPC that failed",
                    Query(
                        rate(
                            "rpc_server_call_duration_seconds_count",
                            "rpc_method, rpc_response_status_code",
                            'rpc_response_status_code!="OK"',
                        ),
                        "{{rpc_method}} {{rpc_response_status_code}}",
                    ),
                    unit="ops",
                ),
                panel(
                    "gRPC, p99", Query(quantile(0.99, "rpc_server_call_duration_seconds", "job"), "{{job}}"), unit="s"
                ),
            ),
        ),
        (
            "WebSocket and messages",
            (
                panel("WebSocket clients", Query("sum by (kind) (cift_gateway_websocket_clients)", "{{kind}}")),
                panel("Clients that were too slow", rate("cift_gateway_slow_clients_total"), unit="ops"),
                panel(
                    "Messages consumed",
                    Query(rate("messaging_client_consumed_messages_total", "consumer"), "{{consumer}}"),
                    unit="ops",
                ),
                panel(
                    "Watching: samples taken",
                    f"sum(rate(prometheus_tsdb_head_samples_appended_total[{RATE}]))",
                    unit="ops",
                ),
                panel("Watching: scrape time", Query("max by (job) (scrape_duration_seconds)", "{{job}}"), unit="s"),
                panel("Alerts that fire", Query('count by (alertname) (ALERTS{alertstate="firing"})', "{{alertname}}")),
            ),
        ),
    ),
)
