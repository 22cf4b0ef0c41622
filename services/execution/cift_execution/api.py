"""Proto ↔ service."""

from collections.abc import Iterable

from cift_common.ids import Clock
from cift_proto.execution.v1 import execution_pb2, execution_pb2_grpc
from grpc.aio import ServicerContext

from cift_execution.bookings import Bookings
from cift_execution.domain.broker import Level, Venue
from cift_execution.domain.cursor import Cursor
from cift_execution.reconciler import Reconciler
from cift_execution.service import ExecutionService


class ExecutionServicer(execution_pb2_grpc.ExecutionServiceServicer):
    def __init__(
        self,
        broker: Venue,
        execution: ExecutionService,
        reconciler: Reconciler,
        bookings: Bookings,
        cursor: Cursor,
        clock: Clock,
    ) -> None:
        self._bookings = bookings
        self._broker, self._execution, self._reconciler = broker, execution, reconciler
        self._cursor, self._clock = cursor, clock

    async def GetStatus(
        self, request: execution_pb2.GetStatusRequest, context: ServicerContext
    ) -> execution_pb2.GetStatusResponse:
        last, outage = self._reconciler.last, self._execution.outage
        return execution_pb2.GetStatusResponse(
            broker=self._broker.name,
            connected=self._execution.connected.is_set(),
            published_sequence=self._cursor.value,
            reconciled_at_ns=last.at_ns if last else 0,
            differences=len(last.differences) if last else 0,
            outage=execution_pb2.VenueOutage(reason=outage.reason, message=outage.message, since_ns=outage.since_ns)
            if outage is not None
            else None,
        )

    async def Reconcile(
        self, request: execution_pb2.ReconcileRequest, context: ServicerContext
    ) -> execution_pb2.ReconcileResponse:
        result = await self._reconciler.reconcile()
        return execution_pb2.ReconcileResponse(
            orders_compared=result.compared, orders_sent_again=result.sent_again, differences=result.differences
        )

    async def CompareBookings(
        self, request: execution_pb2.CompareBookingsRequest, context: ServicerContext
    ) -> execution_pb2.CompareBookingsResponse:
        found = await self._bookings.compare()
        return execution_pb2.CompareBookingsResponse(
            compared=found.compared,
            until_sequence=found.matched_until,
            venue_hash=found.venue_hash,
            booked_hash=found.booked_hash,
            differences=found.differences,
        )

    async def GetBook(
        self, request: execution_pb2.GetBookRequest, context: ServicerContext
    ) -> execution_pb2.GetBookResponse:
        now = self._clock()
        book = await self._broker.book(request.symbol, request.depth)
        return execution_pb2.GetBookResponse(
            symbol=request.symbol,
            bids=_levels(book.bids),
            asks=_levels(book.asks),
            sequence=book.sequence,
            time_ns=now,
        )

    async def ListTrailingStops(
        self, request: execution_pb2.ListTrailingStopsRequest, context: ServicerContext
    ) -> execution_pb2.ListTrailingStopsResponse:
        stop = execution_pb2.ListTrailingStopsResponse.TrailingStop
        return execution_pb2.ListTrailingStopsResponse(
            trailing_stops=[
                stop(
                    order_id=found.order_id,
                    high_water_price_nanos=found.high_water_price_nanos,
                    stop_price_nanos=found.stop_price_nanos,
                )
                for found in await self._broker.trailing_stops(request.account_id)
            ]
        )


def _levels(levels: Iterable[Level]) -> list[execution_pb2.GetBookResponse.Level]:
    return [
        execution_pb2.GetBookResponse.Level(
            price_nanos=level.price_nanos, quantity_nanos=level.quantity_nanos, orders=level.orders
        )
        for level in levels
    ]
