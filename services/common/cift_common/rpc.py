"""gRPC: one way to serve, one way to call, one way for errors to travel.

A servicer raises `CiftError`; the wire carries a status with `google.rpc.ErrorInfo`; the caller's `translated()`
raises the same error again. Servicers are wrapped once at start, which costs less on each call than interceptors.
"""

import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio
from grpc_reflection.v1alpha import reflection
from grpc_status import rpc_status
from opentelemetry import trace
from prometheus_client import Histogram

from cift_common import errors, logging, telemetry, wire_text
from cift_common.database import OUTAGE, UNSTORABLE
from cift_common.identified import Identified
from cift_common.peers import EDGE, Callers

DOMAIN = "cift.markets"
MESSAGE_SIZE_MAX = 16 * 2**20

_UNSTORABLE = "a value is none that its column can hold; look at ids, times and numbers"
_log = logging.get(__name__)
_tracer = telemetry.tracer(__name__)
_duration = Histogram(
    "rpc_server_call_duration_seconds",
    "How long a gRPC call took on the server",
    ["rpc_method", "rpc_response_status_code"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)

_CODES: dict[type[errors.CiftError], grpc.StatusCode] = {
    errors.InvalidArgument: grpc.StatusCode.INVALID_ARGUMENT,
    errors.Unauthenticated: grpc.StatusCode.UNAUTHENTICATED,
    errors.PermissionDenied: grpc.StatusCode.PERMISSION_DENIED,
    errors.RiskRefused: grpc.StatusCode.ABORTED,
    errors.NotFound: grpc.StatusCode.NOT_FOUND,
    errors.AlreadyExists: grpc.StatusCode.ALREADY_EXISTS,
    errors.FailedPrecondition: grpc.StatusCode.FAILED_PRECONDITION,
    errors.ResourceExhausted: grpc.StatusCode.RESOURCE_EXHAUSTED,
    errors.Unavailable: grpc.StatusCode.UNAVAILABLE,
    errors.DeadlineExceeded: grpc.StatusCode.DEADLINE_EXCEEDED,
    errors.CiftError: grpc.StatusCode.INTERNAL,
}
_ERRORS = {code: error for error, code in _CODES.items()}

# A peer that hangs keeps its connections open. While a call or a stream is open, one that does not answer a ping in
# time ends them with UNAVAILABLE.
_PING_MS = 2_000
_PING_TIMEOUT_MS = 2_000

_OPTIONS: Sequence[tuple[str, Any]] = (
    ("grpc.max_receive_message_length", MESSAGE_SIZE_MAX),
    ("grpc.max_send_message_length", MESSAGE_SIZE_MAX),
    ("grpc.so_reuseport", 0),
    # Servers of gRPC take frequent pings for an attack otherwise.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", _PING_MS // 2),
    ("grpc.http2.max_ping_strikes", 0),
)
_CHANNEL_OPTIONS: Sequence[tuple[str, Any]] = (
    *_OPTIONS[:2],
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    ("grpc.enable_http_proxy", 0),
    ("grpc.keepalive_time_ms", _PING_MS),
    ("grpc.keepalive_timeout_ms", _PING_TIMEOUT_MS),
    ("grpc.http2.max_pings_without_data", 0),
)


@dataclass(frozen=True)
class Tls:
    """Our certificate with its key, and the CA that vouches for those of our peers; PEM."""

    ca: bytes
    certificate: bytes
    key: bytes


_tls: Tls | None = None
_health_listen = ""
_reflects = True
_callers: Callers | None = None
_tokens: Mapping[str, str] = {}


def reflect(reflects: bool) -> None:
    """Whether servers describe themselves to those who ask, from now on."""
    global _reflects
    _reflects = reflects


def secure(tls: Tls | None, health_listen: str = "") -> None:
    """From now on servers ask for a certificate of the same CA, and channels show theirs; not on Unix sockets.

    `health_listen` is a second address of the server, without TLS, that answers about health and nothing else: kubelets
    do not speak TLS.
    """
    global _tls, _health_listen
    _tls, _health_listen = tls, health_listen


def restrict(callers: Callers | None, tokens: Mapping[str, str] | None = None) -> None:
    """From now on servers let these callers in and no others; None: everybody, where there is no TLS.

    `tokens`: address → the token by which the service there knows us, where there is no TLS.
    """
    global _callers, _tokens
    _callers, _tokens = callers, dict(tokens or {})


def channel(address: str, tls: Tls | None = None, token: str = "") -> grpc.aio.Channel:
    """A channel to `host:port` or `unix:/path` that reconnects within a second; `tls`, `token`: others than our own."""
    options = list(_CHANNEL_OPTIONS)
    if address.startswith("unix:"):
        # The default authority is the escaped path, which strict servers refuse (RST_STREAM 1).
        options.append(("grpc.default_authority", "localhost"))
    elif (ours := tls or _tls) is not None:
        credentials = grpc.ssl_channel_credentials(ours.ca, ours.key, ours.certificate)
        return grpc.aio.secure_channel(address, credentials, options=options)
    opened = grpc.aio.insecure_channel(address, options=options)
    return Identified(opened, known) if (known := token or _tokens.get(address, "")) else opened


@contextmanager
def translated() -> Iterator[None]:
    """Turns a gRPC error of the calls inside into the `CiftError` that the server raised."""
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error) from None


def has_reason(error: grpc.aio.AioRpcError) -> bool:
    """Whether the server itself refused, with a reason; a lost connection and a passed deadline have none."""
    status = rpc_status.from_call(error)
    return status is not None and any(detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR) for detail in status.details)


def from_rpc_error(error: grpc.aio.AioRpcError) -> errors.CiftError:
    kind = _ERRORS.get(error.code(), errors.CiftError)
    message = error.details() or error.code().name
    status = rpc_status.from_call(error)
    for detail in status.details if status is not None else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info) and info.domain == DOMAIN:
            return kind(message, reason=info.reason, field=info.metadata["field"], limit=info.metadata["limit"])
    return kind(message)


def to_status(error: errors.CiftError) -> Any:
    """The gRPC status of an error, with its reason, field and limit as `ErrorInfo`."""
    code = next(_CODES[kind] for kind in type(error).__mro__ if kind in _CODES)
    detail = any_pb2.Any()
    detail.Pack(
        error_details_pb2.ErrorInfo(
            reason=error.reason, domain=DOMAIN, metadata={"field": error.field, "limit": error.limit}
        )
    )
    return rpc_status.to_status(status_pb2.Status(code=code.value[0], message=error.message, details=[detail]))


class _Instrumented:
    """A servicer whose calls are traced, measured, and whose `CiftError`s become statuses."""

    def __init__(self, servicer: Any, guard: "_Guard") -> None:
        for name, method in inspect.getmembers(servicer, callable):
            if name[0].isupper():
                wrap: Any = _stream if inspect.isasyncgenfunction(method) else _unary
                setattr(self, name, wrap(name, method, guard))


class _Guard:
    """Lets a call in, or raises `CiftError`."""

    def __init__(self, callers: Callers | None, scopes: Mapping[str, frozenset[str]] | None) -> None:
        """`scopes` None: what the edge asks needs no principal here."""
        self._callers, self._scopes = callers, scopes

    def check(self, name: str, request: Any, context: grpc.aio.ServicerContext, metadata: Mapping[str, str]) -> None:
        if self._callers is None:
            return
        caller = self._callers.check(name, context, metadata)
        if caller == EDGE and self._scopes is not None:
            self._callers.check_principal(name, self._scopes.get(name, frozenset()), request, metadata)


def _unary(
    name: str, method: Callable[[Any, Any], Awaitable[Any]], guard: _Guard
) -> Callable[[Any, Any], Awaitable[Any]]:
    ok = _duration.labels(name, "OK")

    async def call(request: Any, context: grpc.aio.ServicerContext) -> Any:
        started = time.perf_counter()
        try:
            metadata = dict(context.invocation_metadata() or ())
            guard.check(name, request, context, metadata)
            wire_text.check(request)
            parent = telemetry.extract(metadata) if "traceparent" in metadata else None
            if parent is None:
                # The gateway decides what is traced; a call that carries no trace costs none.
                response = await method(request, context)
            else:
                with _tracer.start_as_current_span(name, context=parent, kind=trace.SpanKind.SERVER):
                    response = await method(request, context)
            ok.observe(time.perf_counter() - started)
            return response
        except errors.CiftError as error:
            _duration.labels(name, error.reason).observe(time.perf_counter() - started)
            await context.abort_with_status(to_status(error))
        except grpc.aio.AbortError:
            raise
        except UNSTORABLE as error:
            _duration.labels(name, "INVALID_ARGUMENT").observe(time.perf_counter() - started)
            _log.warning("a value cannot be stored", rpc_method=name, error=repr(error))
            await context.abort_with_status(to_status(errors.InvalidArgument(_UNSTORABLE)))
        except OUTAGE as error:
            _duration.labels(name, "STORE_UNAVAILABLE").observe(time.perf_counter() - started)
            _log.warning("call failed", rpc_method=name, error=repr(error))
            away = errors.Unavailable("a store does not answer at the moment", reason="STORE_UNAVAILABLE")
            await context.abort_with_status(to_status(away))
        except Exception:
            _duration.labels(name, "INTERNAL").observe(time.perf_counter() - started)
            _log.exception("call failed", rpc_method=name)
            await context.abort_with_status(to_status(errors.CiftError("internal error; see the service's log")))

    return call


def _stream(
    name: str, method: Callable[[Any, Any], AsyncIterator[Any]], guard: _Guard
) -> Callable[[Any, Any], AsyncIterator[Any]]:
    async def call(request: Any, context: grpc.aio.ServicerContext) -> AsyncIterator[Any]:
        try:
            guard.check(name, request, context, dict(context.invocation_metadata() or ()))
            wire_text.check(request)
            async for response in method(request, context):
                yield response
        except errors.CiftError as error:
            await context.abort_with_status(to_status(error))
        except UNSTORABLE as error:
            _log.warning("a value cannot be stored", error=repr(error))
            await context.abort_with_status(to_status(errors.InvalidArgument(_UNSTORABLE)))

    return call


# Asked for by this name, health says whether the event loop turns, not whether we are ready.
LIVENESS = "liveness"


class Server:
    """A gRPC server with health and reflection; it says SERVING only after `ready()`."""

    def __init__(self, listen: str) -> None:
        self._server = grpc.aio.server(options=_OPTIONS)
        self._health = health_aio.HealthServicer()
        self._names = [health_pb2.DESCRIPTOR.services_by_name["Health"].full_name, reflection.SERVICE_NAME]
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        self.port = _bind(self._server, listen, _tls)
        self._probed: grpc.aio.Server | None = None
        if _health_listen:
            self._probed = grpc.aio.server(options=_OPTIONS)
            health_pb2_grpc.add_HealthServicer_to_server(self._health, self._probed)
            self.health_port = _bind(self._probed, _health_listen, None)

    def add(
        self,
        add_to_server: Callable[[Any, Any], None],
        servicer: Any,
        service_name: str,
        scopes: Mapping[str, frozenset[str]] | None = None,
    ) -> None:
        """E.g. `add(add_TradingServiceServicer_to_server, servicer, "cift.trading.v1.TradingService")`.

        With `scopes` (method → the scopes with which one may ask about any account, or about none) the edge has to name
        a principal: for its own account, or with one of these scopes.
        """
        add_to_server(_Instrumented(servicer, _Guard(_callers, scopes)), self._server)
        self._names.append(service_name)

    async def start(self) -> None:
        if _reflects:
            reflection.enable_server_reflection(self._names, self._server)
        await self._health.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
        await self._health.set(LIVENESS, health_pb2.HealthCheckResponse.SERVING)
        await self._server.start()
        if self._probed is not None:
            await self._probed.start()

    async def ready(self, is_ready: bool = True) -> None:
        state = health_pb2.HealthCheckResponse.SERVING if is_ready else health_pb2.HealthCheckResponse.NOT_SERVING
        await self._health.set("", state)

    async def stop(self, grace_seconds: float = 5) -> None:
        """Takes no new calls, lets the running ones end."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace_seconds)
        if self._probed is not None:
            await self._probed.stop(None)


def _bind(server: grpc.aio.Server, listen: str, tls: Tls | None) -> int:
    if tls is None or listen.startswith("unix:"):
        port = server.add_insecure_port(listen)
    else:
        pair = [(tls.key, tls.certificate)]
        port = server.add_secure_port(listen, grpc.ssl_server_credentials(pair, tls.ca, require_client_auth=True))
    if port == 0 and not listen.startswith("unix:"):
        raise OSError(f"cannot listen on {listen}: is another process there?")
    return int(port)
