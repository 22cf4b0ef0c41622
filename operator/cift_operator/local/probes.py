"""Is it ready? The probes of a process, done for real."""

import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from socket import create_connection

from cift_operator.render.local import LocalProbe


def ready(probe: LocalProbe) -> bool:
    """One try; never raises."""
    try:
        return _KINDS[probe.kind](probe)
    except (OSError, subprocess.SubprocessError):
        return False


def _tcp(probe: LocalProbe) -> bool:
    host, _, port = probe.target.rpartition(":")
    create_connection((host, int(port)), probe.timeout_seconds).close()
    return True


def _http(probe: LocalProbe) -> bool:
    try:
        with _OPENER.open(probe.target, timeout=probe.timeout_seconds) as response:
            return int(response.status) < 400
    except urllib.error.HTTPError:
        return False


def _grpc(probe: LocalProbe) -> bool:
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    # A fresh connection every time: a channel that failed once waits before it tries again.
    # A Unix socket's default authority is its escaped path, which strict HTTP/2 servers refuse.
    options = (
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.enable_http_proxy", 0),
        ("grpc.default_authority", "localhost"),
    )
    with grpc.insecure_channel(probe.target, options=options) as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(service=""), timeout=probe.timeout_seconds
            )
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def _exec(probe: LocalProbe) -> bool:
    done = subprocess.run(
        probe.command, stdin=subprocess.DEVNULL, capture_output=True, timeout=probe.timeout_seconds, check=False
    )
    return done.returncode == 0


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_KINDS: dict[str, Callable[[LocalProbe], bool]] = {"tcp": _tcp, "http": _http, "grpc": _grpc, "exec": _exec}
