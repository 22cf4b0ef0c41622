"""A traced order shows what it went through; one that is not traced leaves nothing."""

import json
from pathlib import Path

from .conftest import World, order_request, until

STEPS = {
    "SubmitOrder",
    "cache.get_quote",
    "risk.check",
    "postgres.commit_orders",
    "nats.publish order.new",
}


async def test_the_steps_of_a_traced_order(world: World, tmp_path: Path) -> None:
    await world.trading.restart(
        CIFT_TRACE_EXPORT=f"file:{tmp_path}", CIFT_TRACE_RATIO="1", CIFT_TRACE_SLOW_SECONDS="60"
    )
    account_id = await world.trading.open_account()
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    await world.trading.submit(account_id)
    answer = await world.trading.stub.SubmitOrder(
        order_request(account_id), metadata=(("traceparent", f"00-{trace_id}-b7ad6b7169203331-01"),)
    )

    def spans() -> list[dict[str, object]]:
        lines = (tmp_path / "trading.jsonl").read_text().splitlines() if any(tmp_path.iterdir()) else []
        return [
            span
            for line in lines
            for resource in json.loads(line)["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    seen = await until(lambda: {str(span["name"]) for span in spans()} >= STEPS and spans(), "the spans")
    assert {span["traceId"] for span in seen} == {trace_id}
    assert {
        attribute["value"]["stringValue"]
        for span in seen
        for attribute in span.get("attributes", ())
        if attribute["key"] == "cift.order_id"
    } == {answer.order.order_id}
    await world.trading.reaches(answer.order, "FILLED")
    await world.trading.restart()
