"""The paper broker: the matcher, over one bidirectional session."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from typing import Any, cast

import grpc
from cift_common import logging, rpc
from cift_common.errors import CiftError, NotFound, Unavailable
from cift_common.ids import Clock
from cift_proto.common.v1 import types_pb2
from cift_proto.matcher.v1 import matcher_pb2, matcher_pb2_grpc
from cift_proto.trading.v1 import trading_pb2
from prometheus_client import Counter

from cift_execution.domain.broker import (
    DISCONNECTED,
    Book,
    Level,
    Listener,
    Outage,
    Refused,
    TrailingStop,
    VenueOrder,
)
from cift_execution.domain.quotes import on_grid
from cift_execution.domain.request import Cancel, New, Replace, Request

_log = logging.get(__name__)
_quotes_sent = Counter("cift_execution_quotes_sent", "Quotes that moved the venue's liquidity")
_quotes_refused = Counter("cift_execution_quotes_refused", "Quotes that the venue refused", ["reason"])

TIMEOUT_SECONDS = 3.0
QUOTES_SECONDS = 0.01
COMMANDS_MAX = 512
_RESTING = frozenset({types_pb2.TIME_IN_FORCE_DAY, types_pb2.TIME_IN_FORCE_GTC, types_pb2.TIME_IN_FORCE_GTD})
# The venue may take the same command a moment later.
_PASSING = frozenset({"BACK_PRESSURE", "DRAINING", "DISK_FULL", "UNAVAILABLE"})


class PaperBroker:
    name = "paper"

    def __init__(
        self, channel: grpc.aio.Channel, instruments: Sequence[types_pb2.Instrument], clock: Clock, client: str
    ) -> None:
        self._stub = cast("matcher_pb2_grpc.MatcherServiceAsyncStub", matcher_pb2_grpc.MatcherServiceStub(channel))
        self._instruments, self._clock, self._client = instruments, clock, client
        self._by_symbol = {instrument.symbol: instrument for instrument in instruments}
        self._time_ns = 0
        self._call: Any = None
        self._connected = False
        self._commands: list[matcher_pb2.Command] = []
        self._quotes: dict[str, types_pb2.Quote] = {}
        self._wake = asyncio.Event()

    async def run(self, listener: Listener) -> None:
        pause, logged = 0.05, ""
        while True:
            try:
                await self._session(listener)
                outage = Outage(DISCONNECTED, "the venue ended the session")
            except grpc.aio.AioRpcError as error:
                # Only the venue itself gives a reason; a lost connection has none.
                reason = rpc.from_rpc_error(error).reason if rpc.has_reason(error) else DISCONNECTED
                outage = Outage(reason, f"{error.code().name}: {error.details()}")
            except CiftError as error:
                outage = Outage(error.reason or DISCONNECTED, error.message)
            except asyncio.CancelledError:
                # grpc raises it for a call that `restart` has canceled; only the second case ends this task.
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                outage = Outage(DISCONNECTED, "the venue did not answer in time")
            was_connected, self._connected = self._connected, False
            self._commands.clear()
            self._quotes.clear()
            await listener.on_lost(outage)
            pause = 0.05 if was_connected else min(pause * 2, 1.0)
            if was_connected or outage.message != logged:
                _log.warning("no session with the venue", problem=outage.message)
                logged = outage.message
            await asyncio.sleep(pause)

    async def _session(self, listener: Listener) -> None:
        # A venue that lost its journal refuses to resume (SEQUENCE_AHEAD) and gets no order: it would give execution
        # ids a second time.
        call = self._call = self._stub.Session()
        writer: asyncio.Task[None] | None = None
        try:
            resume = matcher_pb2.Resume(after_sequence=listener.last_sequence, client=self._client)
            await call.write(matcher_pb2.SessionRequest(resume=resume))
            async for response in call:
                match response.WhichOneof("response"):
                    case "reports":
                        await listener.on_reports(response.reports.reports)
                    case "refusal":
                        await self._on_refusal(listener, response.refusal)
                    case "resume_complete":
                        await self._put_instruments()
                        self._connected = True
                        writer = asyncio.create_task(self._write(call), name="matcher session writer")
                        await listener.on_connected()
        finally:
            call.cancel()
            if writer is not None:
                writer.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await writer

    async def _put_instruments(self) -> None:
        for instrument in self._instruments:
            command = matcher_pb2.Command(time_ns=self._now(), put_instrument=instrument)
            refusal = await self._execute(command)
            if refusal is not None and refusal.reason not in _PASSING:
                # The quote of an earlier session may be what holds the old grid; it is withdrawn anyway.
                withdrawn = matcher_pb2.SetQuote(quote=types_pb2.Quote(symbol=instrument.symbol))
                await self._execute(matcher_pb2.Command(time_ns=self._now(), set_quote=withdrawn))
                refusal = await self._execute(command)
            if refusal is not None and refusal.reason in _PASSING:
                raise Unavailable(f"the venue takes no instruments now: {refusal.message}", reason=refusal.reason)
            if refusal is not None:
                # The venue keeps the grid that it has; orders off it are rejected one by one.
                _log.error("the venue keeps its instrument", symbol=instrument.symbol, reason=refusal.reason)

    async def _execute(self, command: matcher_pb2.Command) -> matcher_pb2.Refusal | None:
        with rpc.translated():
            request = matcher_pb2.ExecuteRequest(command=command)
            response = await self._stub.Execute(request, timeout=TIMEOUT_SECONDS)
        return response.refusal if response.HasField("refusal") else None

    async def _on_refusal(self, listener: Listener, refusal: matcher_pb2.Refusal) -> None:
        if refusal.client_sequence == 0:
            _quotes_refused.labels(refusal.reason).inc()
            return
        refused = Refused(
            refusal.reason,
            refusal.message,
            final=refusal.reason not in _PASSING,
            known=refusal.reason == "DUPLICATE_ORDER",
            unknown_order=refusal.reason == "UNKNOWN_ORDER",
        )
        await listener.on_refused(refusal.client_sequence, refused)

    async def _write(self, call: Any) -> None:
        """Sends what has queued up in one message, orders first; quotes at most every `QUOTES_SECONDS`."""
        loop = asyncio.get_running_loop()
        quotes_at = 0.0
        while True:
            await self._wake.wait()
            self._wake.clear()
            commands, self._commands = self._commands[:COMMANDS_MAX], self._commands[COMMANDS_MAX:]
            if self._commands:
                self._wake.set()
            elif self._quotes:
                now = loop.time()
                if now >= quotes_at:
                    quotes_at = now + QUOTES_SECONDS
                    quotes, self._quotes = self._quotes, {}
                    commands += [self._quote(quote) for quote in quotes.values()]
                    _quotes_sent.inc(len(quotes))
                else:
                    loop.call_at(quotes_at, self._wake.set)
            if commands:
                await call.write(matcher_pb2.SessionRequest(commands=matcher_pb2.Commands(commands=commands)))

    def send(self, ticket: int, request: Request) -> None:
        if not self._connected:
            return
        command = matcher_pb2.Command(client_sequence=ticket, time_ns=self._now())
        if isinstance(request, New):
            command.new_order.CopyFrom(new_order(request.order, request.decision))
        elif isinstance(request, Cancel):
            command.cancel_order.order_id = request.order_id
            command.cancel_order.symbol = request.symbol
        else:
            command.replace_order.CopyFrom(replace_order(request))
        self._commands.append(command)
        self._wake.set()

    def set_quotes(self, quotes: Iterable[types_pb2.Quote]) -> None:
        if self._connected:
            self._quotes.update((quote.symbol, quote) for quote in quotes)
            self._wake.set()

    async def expire(self, time_ns: int, *, session_close: bool) -> None:
        expire = matcher_pb2.Expire(session_close=session_close)
        refusal = await self._execute(matcher_pb2.Command(time_ns=time_ns, expire=expire))
        if refusal is not None:
            raise Unavailable(f"the venue refused to expire orders: {refusal.message}", reason=refusal.reason)

    async def book(self, symbol: str, depth: int) -> Book:
        request = matcher_pb2.GetBookRequest(symbol=symbol, depth=depth)
        with rpc.translated():
            response = await self._stub.GetBook(request, timeout=TIMEOUT_SECONDS)
        return Book(_levels(response.bids), _levels(response.asks), response.sequence)

    def restart(self) -> None:
        if self._call is not None:
            self._call.cancel()

    async def open_orders(self) -> dict[str, VenueOrder]:
        with rpc.translated():
            response = await self._stub.ListOrders(matcher_pb2.ListOrdersRequest(), timeout=TIMEOUT_SECONDS)
        return {order.order_id: _venue_order(order) for order in response.orders}

    async def trailing_stops(self, account_id: str) -> list[TrailingStop]:
        with rpc.translated():
            response = await self._stub.ListOrders(
                matcher_pb2.ListOrdersRequest(account_id=account_id), timeout=TIMEOUT_SECONDS
            )
        return [
            TrailingStop(order.order_id, order.high_water_price_nanos, order.stop_price_nanos)
            for order in response.orders
            if order.high_water_price_nanos
        ]

    async def find(self, order_id: str) -> VenueOrder | None:
        try:
            with rpc.translated():
                response = await self._stub.GetOrder(
                    matcher_pb2.GetOrderRequest(order_id=order_id), timeout=TIMEOUT_SECONDS
                )
        except NotFound:
            return None
        return _venue_order(response.order) if response.HasField("order") else None

    async def history(self, after_sequence: int) -> AsyncIterator[matcher_pb2.ExecutionReport]:
        call: Any = self._stub.Session()
        try:
            with rpc.translated():
                resume = matcher_pb2.Resume(after_sequence=after_sequence, client=f"{self._client}-history")
                await call.write(matcher_pb2.SessionRequest(resume=resume))
                async for response in call:
                    for report in response.reports.reports:
                        yield report
                    if response.HasField("resume_complete"):
                        return
        finally:
            call.cancel()

    def _quote(self, quote: types_pb2.Quote) -> matcher_pb2.Command:
        instrument = self._by_symbol[quote.symbol]
        shown = on_grid(quote, instrument.tick_size_nanos, instrument.lot_size_nanos)
        return matcher_pb2.Command(time_ns=self._now(), set_quote=matcher_pb2.SetQuote(quote=shown))

    def _now(self) -> int:
        """Never backwards."""
        self._time_ns = max(self._time_ns, self._clock())
        return self._time_ns


def new_order(order: trading_pb2.Order, decision: trading_pb2.RiskDecision) -> matcher_pb2.NewOrder:
    return matcher_pb2.NewOrder(
        order_id=order.order_id,
        account_id=order.account_id,
        symbol=order.symbol,
        side=order.side,
        type=order.type,
        time_in_force=order.time_in_force,
        quantity_nanos=order.quantity_nanos,
        # An order without a limit executes within what was reserved for it.
        limit_price_nanos=order.limit_price_nanos or decision.protection_price_nanos,
        stop_price_nanos=order.stop_price_nanos,
        trail_price_nanos=order.trail_price_nanos,
        trail_percent_bp=order.trail_percent_bp,
        expires_at_ns=order.expires_at_ns,
        self_trade_prevention=decision.self_trade_prevention,
    )


def replace_order(request: Replace) -> matcher_pb2.ReplaceOrder:
    """All terms of the order as it is to be: a replacement at the venue is worth a new order."""
    order = request.order
    rests = order.time_in_force in _RESTING
    return matcher_pb2.ReplaceOrder(
        order_id=request.original_order_id,
        symbol=order.symbol,
        new_order_id=order.order_id,
        quantity_nanos=order.quantity_nanos,
        limit_price_nanos=order.limit_price_nanos or request.decision.protection_price_nanos,
        stop_price_nanos=order.stop_price_nanos,
        trail_price_nanos=order.trail_price_nanos,
        trail_percent_bp=order.trail_percent_bp,
        time_in_force=order.time_in_force if rests else types_pb2.TIME_IN_FORCE_UNSPECIFIED,
        expires_at_ns=order.expires_at_ns,
    )


def _venue_order(order: matcher_pb2.VenueOrder) -> VenueOrder:
    filled_nanos = order.quantity_nanos - order.leaves_quantity_nanos
    return VenueOrder(order.order_id, order.open, filled_nanos, order.last_sequence, order.account_id, order.symbol)


def _levels(levels: Iterable[matcher_pb2.GetBookResponse.Level]) -> list[Level]:
    return [Level(level.price_nanos, level.quantity_nanos, level.orders) for level in levels]
