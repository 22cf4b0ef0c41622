"""What is known of well-known symbols, so that `symbols: [AAPL]` says enough. Prices only start the simulated feed."""

from typing import Any

_KNOWN = {
    # symbol: name, exchange, reference price, yearly volatility
    "AAPL": ("Apple Inc.", "XNAS", "230.00", "0.27"),
    "AMZN": ("Amazon.com, Inc.", "XNAS", "220.00", "0.32"),
    "BAC": ("Bank of America Corporation", "XNYS", "45.00", "0.26"),
    "GOOG": ("Alphabet Inc. Class C", "XNAS", "190.00", "0.29"),
    "IBM": ("International Business Machines Corporation", "XNYS", "250.00", "0.23"),
    "MSFT": ("Microsoft Corporation", "XNAS", "430.00", "0.24"),
    "NVDA": ("NVIDIA Corporation", "XNAS", "140.00", "0.48"),
    "QQQ": ("Invesco QQQ Trust", "XNAS", "510.00", "0.20"),
    "SPY": ("SPDR S&P 500 ETF Trust", "ARCX", "590.00", "0.15"),
    "TSLA": ("Tesla, Inc.", "XNAS", "340.00", "0.58"),
}

DEFAULT_SYMBOLS = tuple(sorted(_KNOWN))


def defaults(symbol: str) -> dict[str, Any]:
    """The fields that a `SymbolSpec` of this symbol has when nothing else is said; empty for an unknown one."""
    if symbol not in _KNOWN:
        return {}
    name, exchange, price, volatility = _KNOWN[symbol]
    return {"name": name, "exchange": exchange, "referencePrice": price, "volatility": volatility}
