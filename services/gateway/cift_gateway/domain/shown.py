"""How a client's value stands in a message to the client."""

from typing import Any

SHOWN_MAX = 64


def shown(value: Any) -> str:
    """A value of a client in a message: short, and without characters that cannot be sent."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and value.bit_length() > 64:
        return "a number of more than 64 bits"
    text = ascii(value)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
