"""Tells who listens that risk refused an order; nobody waits for it."""

import asyncio

from cift_common import logging
from cift_common.errors import CiftError, Unavailable
from cift_common.messaging import Messenger, token
from cift_proto.risk.v1 import risk_pb2

from cift_trading.domain.order import OrderTerms

_log = logging.get(__name__)
WAITING_MAX = 1000


class Breaches:
    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._sending: set[asyncio.Task[None]] = set()

    def tell(self, terms: OrderTerms, error: CiftError, now: int) -> None:
        if len(self._sending) >= WAITING_MAX:
            return
        breach = risk_pb2.Breach(
            account_id=terms.account_id,
            symbol=terms.symbol,
            reason=error.reason,
            message=error.message,
            occurred_at_ns=now,
        )
        task = asyncio.create_task(self._send(f"risk.refused.{token(terms.symbol)}", breach.SerializeToString()))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send(self, subject: str, payload: bytes) -> None:
        try:
            await self._messenger.publish_core(subject, payload)
        except Unavailable as error:
            _log.warning("nobody heard of a breach", error=error.message)
