"""UUIDv7 (RFC 9562): ids that sort by the time they were made."""

import secrets
import time
import uuid
from collections.abc import Callable

Clock = Callable[[], int]
"""Gives UTC nanoseconds since the Unix epoch."""


def system_clock() -> int:
    return time.time_ns()


def uuid7(time_ns: int, random_bits: int) -> uuid.UUID:
    """From a time in UTC nanoseconds and 74 random bits."""
    milliseconds = time_ns // 1_000_000 & (1 << 48) - 1
    random_a = random_bits >> 62 & 0xFFF
    random_b = random_bits & (1 << 62) - 1
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | random_a << 64 | 0b10 << 62 | random_b)


def new_uuid7(clock: Clock = system_clock) -> str:
    """A new id, as text; several times as fast as `str(uuid7(…))`, which it equals."""
    random = secrets.randbits(74)
    high = clock() // 1_000_000 << 16 & (1 << 64) - 1 | 0x7000 | random >> 62
    digits = f"{high:016x}{1 << 63 | random & (1 << 62) - 1:016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
