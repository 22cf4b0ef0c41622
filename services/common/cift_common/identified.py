"""A channel that names its owner on every call, where no certificate does."""

from collections.abc import Callable
from typing import Any

import grpc

from cift_common.peers import TOKEN


class Identified(grpc.aio.Channel):  # type: ignore[misc]
    """Adds a token to the metadata of each call; an interceptor of the library does the same at a higher price."""

    def __init__(self, channel: grpc.aio.Channel, token: str) -> None:
        self._channel, self._own = channel, ((TOKEN, token),)

    async def __aenter__(self) -> "Identified":
        await self._channel.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._channel.__aexit__(*error)

    async def close(self, grace: float | None = None) -> None:
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._channel.channel_ready()

    def unary_unary(self, *arguments: Any, **named: Any) -> Any:
        return self._identified(self._channel.unary_unary(*arguments, **named))

    def unary_stream(self, *arguments: Any, **named: Any) -> Any:
        return self._identified(self._channel.unary_stream(*arguments, **named))

    def stream_unary(self, *arguments: Any, **named: Any) -> Any:
        return self._identified(self._channel.stream_unary(*arguments, **named))

    def stream_stream(self, *arguments: Any, **named: Any) -> Any:
        return self._identified(self._channel.stream_stream(*arguments, **named))

    def _identified(self, method: Callable[..., Any]) -> Callable[..., Any]:
        own = self._own

        def call(*arguments: Any, metadata: Any = (), **named: Any) -> Any:
            return method(*arguments, metadata=(*(metadata or ()), *own), **named)

        return call
