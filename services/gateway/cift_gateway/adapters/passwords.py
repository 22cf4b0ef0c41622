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
        return await self.run(lambda: self._hasher.hash(password))

    async def verify(self, password: str, stored: str | None) -> bool:
        """`stored` None: no such user. That, and a user without a password, take as long and are false."""
        has_password = stored is not None and stored.startswith("$")

        def check() -> bool:
            try:
                # An address that nobody has must cost as much time as a wrong password.
                return (
                    self._hasher.verify(stored if stored and has_password else self._nobody, password) and has_password
                )
            except (VerificationError, InvalidHashError, UnicodeEncodeError):
                return False

        return await self.run(check)

    def is_outdated(self, stored: str) -> bool:
        """Made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    async def run(self, work: Callable[[], T]) -> T:
        """Does work on a password outside the event loop; `ResourceExhausted` if too much of it waits."""
        if self._waiting >= _WAITING_MAX:
            raise ResourceExhausted("too many log-ins at once; try again", reason="LOG_IN_SATURATED")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
