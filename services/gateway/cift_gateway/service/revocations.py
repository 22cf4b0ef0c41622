"""Tells every gateway that the rights of a credential or a user changed."""

from collections.abc import Iterable

from cift_common import logging
from cift_common.errors import Unavailable
from cift_common.messaging import Messenger
from nats.aio.msg import Msg

from cift_gateway.adapters.outage import DATABASE_AWAY
from cift_gateway.service.authentication import Authenticator
from cift_gateway.service.credential_watch import CredentialWatch

_log = logging.get(__name__)
_SUBJECT = "auth.revoked"


class Revocations:
    """Names are ids of users, sessions or API keys.

    A message on NATS only makes a gateway look: what it names is read from PostgreSQL. If NATS loses it, the next
    periodic check finds the change.
    """

    def __init__(
        self, messenger: Messenger, authenticator: Authenticator | None = None, watch: CredentialWatch | None = None
    ) -> None:
        """Without an authenticator and a watch it announces for a process that lets nobody in."""
        self._messenger, self._authenticator, self._watch = messenger, authenticator, watch

    async def start(self) -> None:
        await self._messenger.subscribe_core(_SUBJECT, self._on_message)

    async def announce(self, names: Iterable[str]) -> None:
        """Call it after the change is committed."""
        gone = frozenset(name for name in names if name)
        if not gone:
            return
        if self._authenticator is not None:
            self._authenticator.forget(gone)
        try:
            await self._messenger.publish_core(_SUBJECT, "\n".join(sorted(gone)).encode())
        except Unavailable as error:
            _log.warning("other gateways learn of a revocation late", error=error.message)
        if self._watch is None:
            return
        try:
            await self._watch.check(gone)
        except DATABASE_AWAY as error:
            _log.warning("streams learn of a revocation late", error=repr(error))

    async def _on_message(self, message: Msg) -> None:
        names = message.data.decode(errors="replace").split("\n")
        # Forgotten, not refused: the next request reads the truth, whoever sent this.
        if self._authenticator is not None:
            self._authenticator.forget(names)
        if self._watch is not None:
            self._watch.wake(names)
