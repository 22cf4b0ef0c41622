"""Proto ↔ service."""

from cift_proto.execution.v1 import execution_pb2, execution_pb2_grpc
from grpc.aio import ServicerContext

from cift_execution.domain.broker import Broker
from cift_execution.domain.cursor import Cursor
from cift_execution.reconciler import Reconciler
from cift_execution.service import ExecutionService


class ExecutionServicer(execution_pb2_grpc.ExecutionServiceServicer):
    def __init__(self, broker: Broker, execution: ExecutionService, reconciler: Reconciler, cursor: Cursor) -> None:
        self._broker, self._execution, self._reconciler, self._cursor = broker, execution, reconciler, cursor

    async def GetStatus(
        self, request: execution_pb2.GetStatusRequest, context: ServicerContext
    ) -> execution_pb2.GetStatusResponse:
        last = self._reconciler.last
        return execution_pb2.GetStatusResponse(
            broker=self._broker.name,
            connected=self._execution.connected.is_set(),
            published_sequence=self._cursor.value,
            reconciled_at_ns=last.at_ns if last else 0,
            differences=len(last.differences) if last else 0,
        )

    async def Reconcile(
        self, request: execution_pb2.ReconcileRequest, context: ServicerContext
    ) -> execution_pb2.ReconcileResponse:
        result = await self._reconciler.reconcile()
        return execution_pb2.ReconcileResponse(
            orders_compared=result.compared, orders_sent_again=result.sent_again, differences=result.differences
        )
