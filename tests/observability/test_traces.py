"""One trace of an order, over every service; and one of what failed or was slow, though nobody asked.

With Jaeger where its program is; else the services write files, and the same holds.
"""

import uuid
from urllib.parse import quote

from cift_operator.local import Platform, traces
from cift_operator.local.traces import Span

from tests.client import connect, listen

from .conftest import Observed, get, order, traceparent, until

STEPS = {
    "POST /v2/orders",
    "SubmitOrder",
    "risk.check",
    "postgres.commit_orders",
    "nats.publish order.new",
    "nats.consume order.new",
    "matcher.session",
    "matcher.match",
    "nats.publish order.filled",
    "postgres.commit_executions",
    "questdb.write fill",
    "gateway.push",
}


def spans(observed: Observed, trace_id: str, names: set[str]) -> list[Span]:
    """Of a trace, when those of these names are all there."""

    def whole() -> list[Span]:
        found = Platform(observed.platform.state).traces.of_trace(trace_id)
        return found if {span.name for span in found} >= names else []

    found: list[Span] = until(whole, f"the spans {sorted(names)} of {trace_id}")
    return found


async def test_an_order_is_one_trace_over_all_services(observed: Observed) -> None:
    platform, trace_id = observed.platform, uuid.uuid4().hex
    async with (
        connect(platform.base_url, platform.headers) as client,
        listen(platform.base_url, platform.headers) as updates,
    ):
        _, placed = await client.call("POST", "/v2/orders", json=order("AAPL"), headers=traceparent(trace_id))
        await updates.wait(placed["id"], "fill")

    found = spans(observed, trace_id, STEPS)
    assert {span.service for span in found} == {"gateway", "trading", "execution", "marketdata"}
    known = {span.span_id for span in found}
    assert [span.name for span in found if span.parent_id not in known] == ["POST /v2/orders"]
    shown = platform.cift("trace", placed["id"]).stdout
    for step in STEPS:
        assert step in shown, shown


async def test_a_slow_order_is_traced_though_nobody_asked(observed: Observed) -> None:
    platform = observed.platform
    async with (
        connect(platform.base_url, platform.headers) as client,
        listen(platform.base_url, platform.headers) as updates,
    ):
        placed = await client.submit(symbol="AAPL")
        await updates.wait(placed["id"], "fill")
    parts = {"to the venue", "back from the venue", "postgres.commit_executions"}
    found = spans(observed, uuid.UUID(placed["id"]).hex, {"order.filled"} | parts)
    (filled,) = [span for span in found if span.name == "order.filled"]
    assert {span.name for span in found if span.parent_id == filled.span_id} == parts
    told = platform.cift("trace", placed["id"]).stdout
    assert "order.filled" in told
    assert "execution " in told.splitlines()[-1]


async def test_a_failed_order_is_traced_though_nobody_asked(observed: Observed) -> None:
    platform = observed.platform
    quantity = str(900_000 + uuid.uuid4().int % 99_999)
    async with connect(platform.base_url, platform.headers) as client:
        status, refused = await client.call("POST", "/v2/orders", json=order("AAPL", qty=quantity))
    assert status >= 400

    def told() -> bool:
        return any(seen == (refused["reason"], "error") for seen in failures(observed))

    until(told, f"the trace of a refusal: {refused['reason']}")


def failures(observed: Observed) -> list[tuple[str, str]]:
    """Reasons of what failed."""
    if observed.jaeger:
        tags = quote('{"error":"true"}')
        found = get(f"{observed.jaeger}/api/traces?service=gateway&limit=50&tags={tags}")["data"]
        kept = [{tag["key"]: tag["value"] for tag in span["tags"]} for trace in found for span in trace["spans"]]
    else:
        kept = [span.attributes for span in traces.read(Platform(observed.platform.state).state.traces)]
    return [(seen.get("cift.reason", ""), seen.get("cift.late", "")) for seen in kept]
