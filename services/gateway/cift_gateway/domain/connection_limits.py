"""How many connections there may be, how large and how slow a request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Counts of connections, sizes in bytes, times in seconds."""

    total: int = 2048
    anonymous: int = 256
    anonymous_per_address: int = 64
    per_user: int = 200
    anonymous_requests_per_second: float = 500
    anonymous_requests_burst: float = 2000
    request_line: int = 16 * 1024
    request_head: int = 32 * 1024
    request_headers: int = 100
    pipelined: int = 16
    head_seconds: float = 10
    request_seconds: float = 30
    keep_alive_seconds: float = 75
    stall_seconds: float = 30
