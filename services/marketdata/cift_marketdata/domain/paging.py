"""Page tokens: where the next page of a history begins. Opaque to callers, checked when they come back."""

import base64
import binascii
import json
from dataclasses import dataclass

from cift_common.errors import InvalidArgument


@dataclass(frozen=True, slots=True)
class Position:
    """The last row of a page."""

    symbol: str
    time_ns: int
    row: int = 0


def encode(position: Position) -> str:
    text = json.dumps([position.symbol, position.time_ns, position.row], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def decode(token: str, symbols: list[str]) -> Position | None:
    """None for the first page; `InvalidArgument` where the token is not one of a request for these symbols."""
    if not token:
        return None
    try:
        symbol, time_ns, row = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError, TypeError):
        raise InvalidArgument("page_token is not one that this service gave", field="page_token") from None
    if symbol not in symbols or type(time_ns) is not int or type(row) is not int:
        raise InvalidArgument("page_token belongs to another request", field="page_token")
    return Position(symbol, time_ns, row)
