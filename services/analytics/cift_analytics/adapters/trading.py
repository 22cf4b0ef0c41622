"""What trading knows: the truth that delivery is compared with."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

from cift_common import rpc, telemetry
from cift_proto.trading.v1 import trading_pb2, trading_pb2_grpc

TIMEOUT_SECONDS = 10
PAGE = 1000
DAY_NS = 24 * 3600 * 10**9


class Trading:
    """Raises `CiftError` as trading does."""

    def __init__(self, address: str) -> None:
        self._channel = rpc.channel(address)
        # The generated stub is typed for the blocking API; these are coroutines.
        self._stub: Any = trading_pb2_grpc.TradingServiceStub(self._channel)

    async def sequences(self) -> AsyncIterator[tuple[str, int]]:
        """(account, number of its last update), of every account."""
        after = ""
        while True:
            request = trading_pb2.ListAccountSequencesRequest(after_account_id=after, limit=PAGE)
            with rpc.translated():
                answer = await self._stub.ListAccountSequences(request, timeout=TIMEOUT_SECONDS)
            for account in answer.accounts:
                yield account.account_id, account.sequence
            if len(answer.accounts) < PAGE:
                return
            after = answer.accounts[-1].account_id

    async def updates(self, account_id: str, after_sequence: int) -> list[trading_pb2.AccountUpdate]:
        """The next thousand at most."""
        request = trading_pb2.ListAccountUpdatesRequest(
            account_id=account_id, after_sequence=after_sequence, limit=PAGE
        )
        with rpc.translated():
            answer = await self._stub.ListAccountUpdates(request, timeout=TIMEOUT_SECONDS)
        return list(answer.updates)

    async def equity(self, account_id: str, at_ns: int) -> Decimal:
        """What the account was worth then; at its beginning where it is younger."""
        request = trading_pb2.GetPortfolioHistoryRequest(
            account_id=account_id, start_ns=at_ns, end_ns=at_ns + DAY_NS, interval_ns=DAY_NS
        )
        with rpc.translated():
            answer = await self._stub.GetPortfolioHistory(
                request, timeout=TIMEOUT_SECONDS, metadata=telemetry.metadata()
            )
        return Decimal(answer.base_value)

    async def close(self) -> None:
        await self._channel.close()
