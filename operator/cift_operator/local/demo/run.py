"""Buys, gathers, prints."""

import json

from rich.console import Console

from cift_operator.local.demo.client import Client
from cift_operator.local.demo.evidence import gather
from cift_operator.local.demo.steps import problems, steps, summary
from cift_operator.local.platform import Platform
from cift_operator.local.problem import Problem


def run(platform: Platform, out: Console) -> bool:
    """True when the order was filled and everything of it was found; raises `Problem`."""
    try:
        credentials = json.loads(platform.state.credentials.read_text())
    except FileNotFoundError:
        raise Problem(f"there is no {platform.state.credentials}", "cift up") from None
    symbols = platform.declaration.spec.trading.symbols
    symbol = "AAPL" if "AAPL" in symbols else symbols[0]
    order = {"symbol": symbol, "qty": "10", "side": "buy", "type": "market", "time_in_force": "day"}
    with Client(credentials) as client:
        # Opens the connection, too: the order's time is that of an order, not of a first visit.
        client.call("GET", "/v2/clock")
        placed = client.place(order)
    out.print(f"{f'Buy 10 {symbol} at market':<66}order {placed.order['id']}", soft_wrap=True)
    found = gather(platform.store_urls(), platform.traces, placed.trace_id, placed.order["id"])
    for step in steps(placed, found):
        line = f"  {step.number:>2}  {step.who:<12}{step.what or '—':<52}{step.time:>10}"
        out.print(f"{line}  {step.missing}".rstrip(), style="red" if step.missing else None, soft_wrap=True)
    wrong = problems(placed, found)
    if not wrong:
        out.print(summary(placed, found), soft_wrap=True)
    for problem in wrong:
        out.print(problem, style="red", soft_wrap=True)
    out.print(f"trace: cift trace {placed.order['id']}", soft_wrap=True)
    return not wrong
