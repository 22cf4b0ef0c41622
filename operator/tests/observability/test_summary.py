"""What a trace says in one line: risk, database, execution, all."""

from cift_operator.local.traces import Span, parts


def span(name: str, start_ns: int, end_ns: int) -> Span:
    return Span("t", f"{name} {start_ns}", "", "trading", name, start_ns, end_ns)


def test_times_are_added_up_by_part() -> None:
    trace = [
        span("POST /v2/orders", 0, 4_000),
        span("risk.check", 1_000, 1_005),
        span("postgres.commit_orders", 1_100, 2_100),
        span("nats.consume order.new", 2_500, 6_000),
        span("matcher.session", 2_600, 3_600),
        span("matcher.venue", 2_700, 3_500),
        span("postgres.commit_executions", 7_000, 9_000),
        span("questdb.write fill", 7_500, 250_000),
    ]
    assert parts(trace) == {"risk": 5, "database": 3_000, "execution": 1_000, "all": 9_000}


def test_what_was_traced_afterwards_has_its_times_too() -> None:
    trace = [span("order.filled", 0, 9_000), span("to the venue", 0, 4_000), span("back from the venue", 4_000, 5_000)]
    assert parts(trace) == {"execution": 5_000, "all": 9_000}
