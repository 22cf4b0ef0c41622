"""Argon2id in two threads of its own: a hash takes about 50 ms and 64 MiB, and must not stop the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cift_common.errors import ResourceExhausted

T = TypeVar("T")
_THREADS = 2
_WAITING_MAX = 32


class Passwords:
    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="argon2")
        self._waiting = 0

    @cached_property
    def _nobody(self) -> str:
        return self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, password: str, stored: str | None) -> bool:
        """`stored` None: no such user; takes as long and is false."""

        def check() -> bool:
            try:
                # An address that nobody has must cost as much time as a wrong password.
                return self._hasher.verify(stored or self._nobody, password) and stored is not None
            except (VerificationError, InvalidHashError):
                return False

        return await self._run(check)

    def is_outdated(self, stored: str) -> bool:
        """Made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING_MAX:
            raise ResourceExhausted("too many log-ins at once; try again", reason="LOG_IN_SATURATED")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
