"""The platform's REST API, as any client has it."""

from decimal import Decimal
from typing import Any

import aiohttp

from examples.strategy.domain import Holding, Order


class ApiError(Exception):
    """Refused, or no answer; the message is the platform's."""


class Api:
    def __init__(self, url: str, key_id: str, secret: str, timeout_seconds: float) -> None:
        headers = {"APCA-API-KEY-ID": key_id, "APCA-API-SECRET-KEY": secret}
        timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._session = aiohttp.ClientSession(url, headers=headers, timeout=timeout)

    async def equity(self) -> Decimal:
        return Decimal((await self._call("GET", "/v2/account"))["equity"])

    async def holding(self, symbol: str, equity_at_start: Decimal) -> Holding:
        positions = await self._call("GET", "/v2/positions")
        orders = await self._call("GET", "/v2/orders", params={"status": "open", "symbols": symbol})
        held = sum((Decimal(position["qty"]) for position in positions if position["symbol"] == symbol), Decimal(0))
        return Holding(held, len(orders), await self.equity() - equity_at_start)

    async def submit(self, symbol: str, order: Order, client_order_id: str, strategy: str) -> str:
        """The order's id. The same `client_order_id` again is the same order: a repeat does no harm."""
        body = {
            "symbol": symbol,
            "qty": format(order.quantity, "f"),
            "side": order.side,
            "type": "market",
            "time_in_force": "day",
            "client_order_id": client_order_id,
            "strategy": strategy,
        }
        return str((await self._call("POST", "/v2/orders", json=body))["id"])

    async def close(self) -> None:
        await self._session.close()

    async def _call(self, method: str, path: str, **request: Any) -> Any:
        try:
            async with self._session.request(method, path, **request) as answer:
                body = await answer.json(content_type=None)
                if answer.status >= 400:
                    raise ApiError(f"{answer.status}: {body.get('message', body) if isinstance(body, dict) else body}")
                return body
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise ApiError(f"{method} {path}: no answer: {error!r}") from error
