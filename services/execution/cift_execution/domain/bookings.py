"""Compares the trades that trading has booked with those in the venue's journal, execution by execution."""

import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from cift_common import canonical
from cift_proto.common.v1 import types_pb2
from cift_proto.matcher.v1 import matcher_pb2
from cift_proto.trading.v1 import trading_pb2

DIFFERENCES_MAX = 1000
_LABEL = "cift.trade.v1"
# (execution id, sequence, order, account, symbol, side, price, quantity)
Facts = tuple[str, int, str, str, str, int, int, int]
Differ = Callable[[int, str], None]
_NAMES = ("execution_id", "sequence", "order_id", "account_id", "symbol", "side", "price", "quantity")


@dataclass(slots=True)
class Comparison:
    """What a comparison found. `matched_until`: every trade up to this sequence is the same on both sides."""

    after: int
    compared: int = 0
    matched_until: int = 0
    differences: list[str] = field(default_factory=list)
    venue_hash: str = ""
    booked_hash: str = ""


class _Rolling:
    """A hash over the trades so far, each bound to all before it."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, facts: Facts) -> None:
        self._hash.update(canonical.framed(_LABEL, facts))

    @property
    def text(self) -> str:
        return self._hash.hexdigest()


async def compare(
    venue: AsyncIterator[matcher_pb2.ExecutionReport],
    booked: AsyncIterator[trading_pb2.BookedTrade],
    *,
    after: int,
    settled: int,
    last: int,
) -> Comparison:
    """Both come by sequence, from the first after `after`. What the venue reported after `settled` may still be on its
    way to trading; what trading has booked beyond `last`, the venue's last sequence, no venue has ever reported.

    A venue that keeps a part of its journal only is compared from its first report on.
    """
    found = Comparison(after, matched_until=settled)
    theirs, ours = _Rolling(), _Rolling()
    first = True
    ahead = await anext(booked, None)

    def differ(sequence: int, what: str) -> None:
        found.matched_until = min(found.matched_until, sequence - 1)
        if len(found.differences) < DIFFERENCES_MAX:
            found.differences.append(what)

    async for report in venue:
        if first:
            first = False
            while after == 0 and ahead is not None and ahead.sequence < report.sequence:
                # Older than what the venue has kept.
                ahead = await anext(booked, None)
        if report.sequence > settled:
            break
        while ahead is not None and ahead.sequence < report.sequence:
            _only_booked(ahead, differ, ours)
            ahead = await anext(booked, None)
        if report.type != types_pb2.EXECUTION_TYPE_TRADE:
            if ahead is not None and ahead.sequence == report.sequence:
                _only_booked(ahead, differ, ours)
                ahead = await anext(booked, None)
            continue
        found.compared += 1
        said = _said(report)
        theirs.add(said)
        if ahead is None or ahead.sequence != report.sequence:
            differ(report.sequence, f"execution {report.execution_id} of the venue is not booked")
            continue
        has = said if ahead.discarded else _has(ahead)
        ours.add(has)
        for name, one, other in zip(_NAMES, said, has, strict=True):
            if one != other:
                differ(
                    report.sequence,
                    f"execution {report.execution_id} is booked with {name} {other}, the venue's journal has {one}",
                )
        ahead = await anext(booked, None)
    while ahead is not None:
        if ahead.sequence <= settled or ahead.sequence > last:
            _only_booked(ahead, differ, ours)
        ahead = await anext(booked, None)
    found.venue_hash, found.booked_hash = theirs.text, ours.text
    return found


def _only_booked(trade: trading_pb2.BookedTrade, differ: Differ, ours: _Rolling) -> None:
    if not trade.discarded:
        ours.add(_has(trade))
        differ(trade.sequence, f"execution {trade.execution_id} is booked and is not in the venue's journal")


def _said(report: matcher_pb2.ExecutionReport) -> Facts:
    return (
        report.execution_id,
        report.sequence,
        report.order_id,
        report.account_id,
        report.symbol,
        int(report.side),
        report.last_price_nanos,
        report.last_quantity_nanos,
    )


def _has(trade: trading_pb2.BookedTrade) -> Facts:
    return (
        trade.execution_id,
        trade.sequence,
        trade.order_id,
        trade.account_id,
        trade.symbol,
        int(trade.side),
        trade.price_nanos,
        trade.quantity_nanos,
    )
