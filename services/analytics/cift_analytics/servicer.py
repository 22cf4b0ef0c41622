"""The gRPC edge: one method a call, proto in, use case, proto out."""

from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import grpc
from cift_proto.analytics.v1 import analytics_pb2 as pb
from cift_proto.analytics.v1 import analytics_pb2_grpc

from cift_analytics import api
from cift_analytics.domain.selection import Selection
from cift_analytics.intake import Intake
from cift_analytics.service import Analytics

Context: TypeAlias = "grpc.aio.ServicerContext[Any, Any]"
CHUNK_BYTES = 256 * 1024


class AnalyticsServicer(analytics_pb2_grpc.AnalyticsServiceServicer):
    def __init__(self, analytics: Analytics, intake: Intake) -> None:
        self._analytics, self._intake = analytics, intake

    def _selection(self, selection: pb.Selection) -> Selection:
        return self._analytics.select(
            selection.account_id,
            selection.start_ns,
            selection.end_ns,
            selection.strategies,
            selection.symbols,
            selection.time_zone,
        )

    async def GetPerformance(self, request: pb.GetPerformanceRequest, context: Context) -> pb.GetPerformanceResponse:
        rows, truncated = await self._analytics.performance(
            self._selection(request.selection),
            api.dimensions(request.group_by),
            api.known("order", api.ORDERS, request.order),
            request.limit,
            quantiles=request.holding_quantiles,
        )
        return pb.GetPerformanceResponse(rows=map(api.performance, rows), truncated=truncated)

    async def ListRoundTrips(self, request: pb.ListRoundTripsRequest, context: Context) -> pb.ListRoundTripsResponse:
        rows, token = await self._analytics.round_trips(
            self._selection(request.selection),
            request.min_profit,
            request.max_profit,
            by_profit=request.by == pb.ListRoundTripsRequest.BY_PROFIT,
            ascending=request.ascending,
            limit=request.limit,
            page_token=request.page_token,
        )
        return pb.ListRoundTripsResponse(round_trips=map(api.round_trip, rows), next_page_token=token)

    async def GetCosts(self, request: pb.GetCostsRequest, context: Context) -> pb.GetCostsResponse:
        rows, truncated = await self._analytics.costs(
            self._selection(request.selection), api.dimensions(request.group_by), request.limit
        )
        return pb.GetCostsResponse(rows=map(api.costs, rows), truncated=truncated)

    async def GetRisk(self, request: pb.GetRiskRequest, context: Context) -> pb.GetRiskResponse:
        answer = await self._analytics.risk(
            self._selection(request.selection), request.capital, by_strategy=request.by_strategy
        )
        return pb.GetRiskResponse(
            capital=api.text(answer.capital),
            days_per_year=answer.days_per_year,
            rows=[api.risk(strategy, measured) for strategy, measured in answer.rows],
        )

    async def ListClosingPositions(
        self, request: pb.ListClosingPositionsRequest, context: Context
    ) -> pb.ListClosingPositionsResponse:
        rows, truncated = await self._analytics.closing_positions(self._selection(request.selection), request.limit)
        return pb.ListClosingPositionsResponse(positions=map(api.closing_position, rows), truncated=truncated)

    async def ListSignals(self, request: pb.ListSignalsRequest, context: Context) -> pb.ListSignalsResponse:
        signals, truncated = await self._analytics.signals(
            self._selection(request.selection), request.models, request.limit
        )
        return pb.ListSignalsResponse(signals=signals, truncated=truncated)

    async def Export(self, request: pb.ExportRequest, context: Context) -> AsyncIterator[pb.ExportResponse]:
        content = await self._analytics.file(
            self._selection(request.selection),
            api.known("table", api.TABLES, request.table),
            api.known("format", api.FORMATS, request.format),
        )
        for start in range(0, len(content), CHUNK_BYTES):
            yield pb.ExportResponse(chunk=content[start : start + CHUNK_BYTES])

    async def GetStatus(self, request: pb.GetStatusRequest, context: Context) -> pb.GetStatusResponse:
        progress = self._intake.progress
        return pb.GetStatusResponse(
            updates_applied=progress.applied,
            fills_applied=progress.fills,
            updates_waiting=self._intake.waiting,
            updates_caught_up=progress.caught_up,
            last_applied_ns=progress.last_applied_ns,
            store_available=progress.available,
        )
