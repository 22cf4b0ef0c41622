"""An instrument as Alpaca's asset."""

import uuid
from functools import lru_cache

from cift_common.errors import NotFound
from cift_common.platform import Instrument, Platform

from cift_gateway.domain import words

_NAMESPACE = uuid.UUID("5f2d2d0e-2f5e-5a7c-8c0f-6a1d3b1c9e47")


@lru_cache(maxsize=65_536)
def asset_id(symbol: str) -> str:
    """The same for a symbol, for ever."""
    return str(uuid.uuid5(_NAMESPACE, symbol))


def find(platform: Platform, symbol_or_id: str) -> Instrument:
    """By symbol, or by asset id; `NotFound` otherwise."""
    if instrument := platform.by_symbol.get(symbol_or_id.upper()):
        return instrument
    wanted = symbol_or_id.lower()
    for instrument in platform.instruments:
        if asset_id(instrument.symbol) == wanted:
            return instrument
    raise NotFound(f"asset not found for {symbol_or_id[:64]}", reason="UNKNOWN_SYMBOL", field="symbol")


def symbol_of(platform: Platform, symbol_or_id: str) -> str:
    """The symbol that a path names; an unknown one is passed on as it is (a position may outlive its listing)."""
    try:
        return find(platform, symbol_or_id).symbol
    except NotFound:
        return symbol_or_id.upper()


def exchange(instrument: Instrument | None) -> str:
    return words.EXCHANGE.get(instrument.exchange, "") if instrument else ""
