"""Tells every gateway that a credential is worth nothing any more."""

from collections.abc import Callable, Iterable

from cift_common import logging
from cift_common.errors import Unavailable
from cift_common.messaging import Messenger
from nats.aio.msg import Msg

from cift_gateway.service.authentication import Authenticator

_log = logging.get(__name__)
_SUBJECT = "auth.revoked"


class Revocations:
    """Names are ids of users, sessions or API keys. Where NATS loses one, the short life of the cache is the limit."""

    def __init__(self, messenger: Messenger, authenticator: Authenticator | None = None) -> None:
        """Without an authenticator it announces for a process that lets nobody in."""
        self._messenger, self._authenticator = messenger, authenticator
        self._listeners: list[Callable[[frozenset[str]], None]] = []

    async def start(self) -> None:
        await self._messenger.subscribe_core(_SUBJECT, self._on_message)

    def listen(self, listener: Callable[[frozenset[str]], None]) -> None:
        self._listeners.append(listener)

    async def announce(self, names: Iterable[str]) -> None:
        gone = [name for name in names if name]
        if not gone:
            return
        self._apply(frozenset(gone))
        try:
            await self._messenger.publish_core(_SUBJECT, "\n".join(gone).encode())
        except Unavailable as error:
            _log.warning("other gateways learn of a revocation late", error=error.message)

    async def _on_message(self, message: Msg) -> None:
        self._apply(frozenset(message.data.decode(errors="replace").split("\n")))

    def _apply(self, names: frozenset[str]) -> None:
        if self._authenticator is not None:
            self._authenticator.forget(names)
        for listener in self._listeners:
            listener(names)
