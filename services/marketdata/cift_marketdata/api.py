"""The gRPC face: proto ↔ domain and nothing else."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from cift_common.errors import InvalidArgument
from cift_proto.marketdata.v1 import marketdata_pb2 as pb

from cift_marketdata import wire
from cift_marketdata.adapters.questdb_reader import Schema
from cift_marketdata.adapters.questdb_writer import QuestDbWriter
from cift_marketdata.domain.adjusting import Adjustment
from cift_marketdata.domain.sessions import DAY_NS
from cift_marketdata.domain.ticks import Quote
from cift_marketdata.feeds.base import Feed
from cift_marketdata.pipeline import Pipeline
from cift_marketdata.service import MarketData, Range, Snapshot
from cift_marketdata.subscribers import Subscribers

CONFLATE_MS_MAX = 60_000
_SCHEMAS: dict[int, Schema] = {
    pb.HISTORY_SCHEMA_TRADES: "trades",
    pb.HISTORY_SCHEMA_MBP_1: "mbp-1",
    pb.HISTORY_SCHEMA_MBP_10: "mbp-10",
    pb.HISTORY_SCHEMA_STATUS: "status",
    pb.HISTORY_SCHEMA_OHLCV_1S: "ohlcv-1s",
    pb.HISTORY_SCHEMA_OHLCV_1M: "ohlcv-1m",
    pb.HISTORY_SCHEMA_OHLCV_1H: "ohlcv-1h",
    pb.HISTORY_SCHEMA_OHLCV_1D: "ohlcv-1d",
}


class MarketDataServicer:
    def __init__(
        self,
        market_data: MarketData,
        pipeline: Pipeline,
        feed: Feed,
        writer: QuestDbWriter,
        subscribers: Subscribers,
    ) -> None:
        self._market_data, self._pipeline, self._feed = market_data, pipeline, feed
        self._writer, self._subscribers = writer, subscribers

    async def ListInstruments(self, _: pb.ListInstrumentsRequest, __: Any) -> pb.ListInstrumentsResponse:
        instruments = self._market_data.platform.instruments
        return pb.ListInstrumentsResponse(instruments=map(wire.instrument, instruments))

    async def GetSnapshots(self, request: pb.GetSnapshotsRequest, _: Any) -> pb.GetSnapshotsResponse:
        snapshots = await self._market_data.snapshots(request.symbols)
        return pb.GetSnapshotsResponse(snapshots=map(_snapshot, snapshots))

    async def Subscribe(self, request: pb.SubscribeRequest, _: Any) -> AsyncIterator[pb.SubscribeResponse]:
        if not (request.quotes or request.trades):
            raise InvalidArgument("neither quotes nor trades are asked for", field="quotes")
        symbols = frozenset(self._market_data.known(request.symbols))
        if request.conflate_ms > CONFLATE_MS_MAX:
            raise InvalidArgument(
                f"conflate_ms {request.conflate_ms} is above {CONFLATE_MS_MAX}",
                field="conflate_ms",
                limit=str(CONFLATE_MS_MAX),
            )
        conflate = request.conflate_ms / 1000
        with self._subscribers.open(
            symbols, quotes=request.quotes, trades=request.trades, conflate_seconds=conflate
        ) as ticks:
            async for tick in ticks:
                if isinstance(tick, Quote):
                    yield pb.SubscribeResponse(quote=wire.quote(tick))
                else:
                    yield pb.SubscribeResponse(trade=wire.trade(tick))

    async def ListBars(self, request: pb.ListBarsRequest, _: Any) -> pb.ListBarsResponse:
        adjustment = Adjustment(request.adjust_splits, request.adjust_dividends)
        bars, token = await self._market_data.bars(
            self._range(request), request.interval_ns, request.months, adjustment
        )
        return pb.ListBarsResponse(bars=map(wire.bar, bars), next_page_token=token)

    async def ListQuotes(self, request: pb.ListTicksRequest, _: Any) -> pb.ListQuotesResponse:
        quotes, token = await self._market_data.quotes(self._range(request))
        return pb.ListQuotesResponse(quotes=map(wire.quote, quotes), next_page_token=token)

    async def ListTrades(self, request: pb.ListTicksRequest, _: Any) -> pb.ListTradesResponse:
        trades, token = await self._market_data.trades(self._range(request))
        return pb.ListTradesResponse(trades=map(wire.trade, trades), next_page_token=token)

    async def ListDepths(self, request: pb.ListTicksRequest, _: Any) -> pb.ListDepthsResponse:
        depths, token = await self._market_data.depths(self._range(request))
        return pb.ListDepthsResponse(depths=map(wire.depth, depths), next_page_token=token)

    async def ListStatuses(self, request: pb.ListTicksRequest, _: Any) -> pb.ListStatusesResponse:
        statuses, token = await self._market_data.statuses(self._range(request))
        return pb.ListStatusesResponse(statuses=map(wire.status, statuses), next_page_token=token)

    async def GetAsOf(self, request: pb.GetAsOfRequest, _: Any) -> pb.GetAsOfResponse:
        snapshots = await self._market_data.as_of(request.symbols, request.time_ns)
        return pb.GetAsOfResponse(snapshots=map(_snapshot, snapshots))

    async def StreamHistory(self, request: pb.StreamHistoryRequest, _: Any) -> AsyncIterator[pb.StreamHistoryResponse]:
        schema = _SCHEMAS.get(request.schema)
        if schema is None:
            raise InvalidArgument("schema is not said", field="schema", limit=", ".join(_SCHEMAS.values()))
        async for part in self._market_data.arrow(schema, request.symbols, request.start_ns, request.end_ns):
            yield pb.StreamHistoryResponse(arrow=part)

    def _range(self, request: pb.ListBarsRequest | pb.ListTicksRequest) -> Range:
        return Range(
            request.symbols,
            request.start_ns,
            request.end_ns or self._market_data.clock() + DAY_NS,
            request.limit,
            request.page_token,
            request.descending,
        )

    async def GetFeedStatus(self, _: pb.GetFeedStatusRequest, __: Any) -> pb.GetFeedStatusResponse:
        return pb.GetFeedStatusResponse(
            feed=self._feed.name,
            ticks=self._pipeline.ticks,
            last_tick_time_ns=self._pipeline.last_tick_time_ns,
            rows_written=self._writer.rows_written,
            rows_dropped=self._writer.rows_dropped,
            finished=self._feed.finished,
        )

    async def GetClock(self, _: pb.GetClockRequest, __: Any) -> pb.GetClockResponse:
        now, state = self._market_data.clock_state()
        return pb.GetClockResponse(
            now_ns=now,
            open=state.open,
            next_open_ns=state.next_open_ns,
            next_close_ns=state.next_close_ns,
            calendar=self._market_data.calendar.name,
            time_zone=self._market_data.calendar.time_zone,
        )

    async def ListSessions(self, request: pb.ListSessionsRequest, _: Any) -> pb.ListSessionsResponse:
        start, end = _date("start_date", request.start_date), _date("end_date", request.end_date)
        return pb.ListSessionsResponse(
            sessions=[
                pb.ListSessionsResponse.Session(
                    date=session.day.isoformat(),
                    open=session.open,
                    close=session.close,
                    open_ns=session.open_ns,
                    close_ns=session.close_ns,
                )
                for session in self._market_data.sessions(start, end)
            ]
        )


def _snapshot(snapshot: Snapshot) -> pb.Snapshot:
    return pb.Snapshot(
        symbol=snapshot.symbol,
        quote=wire.quote(snapshot.quote) if snapshot.quote else None,
        trade=wire.trade(snapshot.trade) if snapshot.trade else None,
        minute_bar=wire.bar(snapshot.minute_bar) if snapshot.minute_bar else None,
        daily_bar=wire.bar(snapshot.daily_bar) if snapshot.daily_bar else None,
        previous_daily_bar=wire.bar(snapshot.previous_daily_bar) if snapshot.previous_daily_bar else None,
        depth=wire.depth(snapshot.depth) if snapshot.depth else None,
        status=wire.status(snapshot.status) if snapshot.status else None,
        last_close_price_nanos=snapshot.last_close_nanos,
    )


def _date(field: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidArgument(f"{field} must be an ISO date such as 2026-01-31, not {text!r}", field=field) from None
