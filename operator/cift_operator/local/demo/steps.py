"""The 14 steps of an order, purely, from what was found of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cift_operator.local.demo.client import Placed
from cift_operator.local.demo.evidence import Evidence, Quote
from cift_operator.local.traces import Span, brief


@dataclass(frozen=True)
class Step:
    """One line; `time` is empty where a step has none of its own, `missing` says what was not found."""

    number: int
    who: str
    what: str
    time: str = ""
    missing: str = ""


def steps(placed: Placed, found: Evidence) -> list[Step]:
    """Always 14."""
    spans, symbol = _ByName(found.spans), placed.order["symbol"]
    told_ns, told = placed.last
    pushed = spans.last("gateway.push", event="fill")
    services = {span.service for span in found.spans}
    quote, consumed = found.quote, spans.first("nats.consume order.new")
    return [
        _span(1, "gateway", "authenticated, validated", spans.first("gateway.authenticate")),
        _check(2, "trading", "this client order id for the first time", found.orders_with_client_id == 1,
               _gap(spans.first("SubmitOrder"), spans.first("cache.get_quote"), from_start=True)),
        _span(3, "cache", f"{symbol} {_touch(quote)}" if quote else "", spans.first("cache.get_quote")),
        _check(4, "trading", f"{found.checks_passed} risk checks passed in Rust", found.checks_passed > 0,
               brief(found.check_ns)),
        _span(5, "trading", "order, decision, audit entry and message saved", spans.first("postgres.commit_orders")),
        _check(6, "nats", f"order.new.{symbol} delivered", consumed is not None,
               _gap(spans.first("postgres.commit_orders"), consumed)),
        _span(7, "execution", "risk decision verified, sent to the paper broker", consumed),
        _span(8, "matcher", f"matched in {brief(match.duration_ns)}, journaled"
              if (match := spans.first("matcher.match")) else "", spans.first("matcher.session")),
        _span(9, "execution", f"order.filled.{symbol} acknowledged", spans.last("nats.publish order.filled")),
        _check(10, "trading", "execution, order, position, cash, ledger, audit saved", found.ledger_sum == 0,
               _duration(spans.last("postgres.commit_executions"))),
        _check(11, "cache", f"position {_plain(found.cached_position)} {symbol}, account",
               found.cached_position == found.position, _duration(spans.last("cache.set_account"))),
        _check(12, "questdb", f"{found.fills} fill", found.fills > 0, _duration(spans.last("questdb.write fill"))),
        _check(13, "gateway", f"you were told over the WebSocket: {told['event']}", pushed is not None,
               brief(told_ns - pushed.start_ns) if pushed else ""),
        _check(14, "all", f"one trace: {len(found.spans)} spans in {len(services)} services", len(services) >= 4),
    ]  # fmt: skip


def summary(placed: Placed, found: Evidence) -> str:
    """`Filled 10 @ 189.43 in 4.1 ms · position 10 AAPL · cash 98,105.70 · audit entries 17, 18 sealed`."""
    told_ns, told = placed.last
    order = told["order"]
    sealed = f"audit entries {', '.join(map(str, found.entries))} sealed" if found.entries else "no audit entry"
    return " · ".join(
        [
            f"Filled {order['filled_qty']} @ {order['filled_avg_price']} in {brief(told_ns - placed.sent_ns)}",
            f"position {_plain(found.position)} {order['symbol']}",
            f"cash {found.cash:,.2f}" if found.cash is not None else "cash unknown",
            sealed,
        ]
    )


def problems(placed: Placed, found: Evidence) -> list[str]:
    """What keeps the demo from having shown everything; empty when all was found."""
    _, told = placed.last
    wrong = [f"step {step.number} ({step.who}): {step.missing}" for step in steps(placed, found) if step.missing]
    if told["event"] != "fill":
        wrong.insert(0, f"the order was not filled: {told['event']}")
    if not found.entries or found.entries != found.sealed:
        wrong.append(f"audit entries {found.entries} are written, and sealed are {found.sealed}")
    if found.position is None:
        wrong.append("PostgreSQL has no position")
    return wrong


class _ByName:
    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans

    def first(self, name: str) -> Span | None:
        return next((span for span in self._spans if span.name == name), None)

    def last(self, name: str, *, event: str = "") -> Span | None:
        named = [span for span in self._spans if span.name == name]
        return next((span for span in reversed(named) if not event or span.attributes.get("cift.event") == event), None)


def _span(number: int, who: str, what: str, span: Span | None) -> Step:
    return _check(number, who, what, span is not None and bool(what), _duration(span))


def _check(number: int, who: str, what: str, is_so: bool, time: str = "") -> Step:
    return Step(number, who, what, time, "" if is_so else "was not found")


def _duration(span: Span | None) -> str:
    return brief(span.duration_ns) if span else ""


def _gap(before: Span | None, after: Span | None, *, from_start: bool = False) -> str:
    """From one span to the next, where no span covers it."""
    if before is None or after is None:
        return ""
    return brief(max(0, after.start_ns - (before.start_ns if from_start else before.end_ns)))


def _touch(quote: Quote) -> str:
    return f"{_price(quote.bid)} × {_price(quote.ask)}, {brief(quote.age_ns)} old"


def _price(price: Decimal) -> str:
    """Two decimal places, or as many as it has."""
    digits = price.normalize().as_tuple().exponent
    return f"{price:.{max(2, -digits if isinstance(digits, int) else 2)}f}"


def _plain(number: Decimal | None) -> str:
    return "none" if number is None else format(number.normalize(), "f")
