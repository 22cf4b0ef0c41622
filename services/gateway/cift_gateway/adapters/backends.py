"""The services behind the edge: one channel each, deadlines on every call, and for whom it is made."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

import grpc
from cift_common import rpc, telemetry
from cift_common.errors import NotFound
from cift_common.peers import PRINCIPAL
from cift_common.principal import Signer
from cift_proto.analytics.v1 import analytics_pb2_grpc
from cift_proto.execution.v1 import execution_pb2_grpc
from cift_proto.forecast.v1 import forecast_pb2_grpc
from cift_proto.marketdata.v1 import marketdata_pb2_grpc
from cift_proto.risk.v1 import risk_pb2_grpc
from cift_proto.trading.v1 import trading_pb2_grpc
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc

from cift_gateway.adapters.acting import acting

R = TypeVar("R")
_PROBE_SECONDS = 1.0


class Backends:
    """Stubs of the services; `call` carries deadline, trace context and errors."""

    def __init__(
        self,
        trading: str,
        risk: str,
        execution: str,
        marketdata: str,
        timeout_seconds: float,
        *,
        analytics: str = "",
        forecast: str = "",
        trading_principals: Signer | None = None,
        risk_principals: Signer | None = None,
    ) -> None:
        self._channels = [rpc.channel(address) for address in (trading, risk, marketdata, execution)]
        # The generated stubs are typed for the blocking API; these are coroutines.
        self.trading: Any = trading_pb2_grpc.TradingServiceStub(self._channels[0])
        self.risk: Any = risk_pb2_grpc.RiskServiceStub(self._channels[1])
        self.marketdata: Any = marketdata_pb2_grpc.MarketDataServiceStub(self._channels[2])
        self.execution: Any = execution_pb2_grpc.ExecutionServiceStub(self._channels[3])
        self._analytics: Any = None
        if analytics:
            self._channels.append(rpc.channel(analytics))
            self._analytics = analytics_pb2_grpc.AnalyticsServiceStub(self._channels[-1])
        self._forecast: Any = None
        if forecast:
            self._channels.append(rpc.channel(forecast))
            self._forecast = forecast_pb2_grpc.ForecastServiceStub(self._channels[-1])
        self._trading_health: Any = health_pb2_grpc.HealthStub(self._channels[0])
        self._timeout = timeout_seconds
        # By method, for the callers of `call` do not say of which service it is.
        self._signers: dict[Callable[..., Any], Signer] = {
            method: signer
            for stub, signer in ((self.trading, trading_principals), (self.risk, risk_principals))
            if signer is not None
            for method in vars(stub).values()
        }

    @property
    def analytics(self) -> Any:
        """`NotFound` where the platform runs without it."""
        if self._analytics is None:
            raise NotFound(
                "this platform runs without analytics; spec.analytics.enabled starts it", reason="NOT_DEPLOYED"
            )
        return self._analytics

    @property
    def forecast(self) -> Any:
        """`NotFound` where the platform runs without it."""
        if self._forecast is None:
            raise NotFound(
                "this platform runs without forecasts; spec.forecast.enabled starts them", reason="NOT_DEPLOYED"
            )
        return self._forecast

    async def call(
        self, method: Callable[..., Any], request: Message, *, timeout: float | None = None, account_id: str = ""
    ) -> Any:
        """`CiftError` as the service raised it.

        `account_id` is set where the gateway itself asks about an account, to follow it or to open it.
        """
        with rpc.translated():
            metadata = self.metadata(method, account_id)
            return await method(request, timeout=timeout or self._timeout, metadata=metadata)

    def metadata(self, method: Callable[..., Any], account_id: str = "") -> tuple[tuple[str, str], ...]:
        """The trace context, and the principal that the service of this method can verify."""
        traced, signer = telemetry.metadata(), self._signers.get(method)
        if signer is None:
            return traced
        principal = acting.get()
        if account_id:
            signed = signer.sign("", account_id, "gateway", frozenset())
        elif principal is not None:
            scopes = frozenset(map(str, principal.scopes))
            signed = signer.sign(principal.user_id, principal.account_id, principal.credential, scopes)
        else:
            return traced
        return (*traced, (PRINCIPAL, signed))

    async def stream(self, method: Callable[..., Any], request: Message, *, timeout: float) -> AsyncIterator[Any]:
        """`CiftError` as the service raised it."""
        with rpc.translated():
            async for part in method(request, timeout=timeout, metadata=telemetry.metadata()):
                yield part

    async def trading_is_ready(self) -> bool:
        try:
            answer = await self._trading_health.Check(health_pb2.HealthCheckRequest(), timeout=_PROBE_SECONDS)
        except grpc.aio.AioRpcError:
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    async def close(self) -> None:
        await asyncio.gather(*(channel.close() for channel in self._channels))
