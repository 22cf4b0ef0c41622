"""Fields of JSON messages as ticks need them: exact, and complaining in words."""

import json
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from cift_common import money


class Malformed(Exception):
    """A message is not as its source documents it; the text names the field."""


def loads(message: str | bytes) -> Any:
    """Numbers with a point come as `Decimal`."""
    try:
        return json.loads(message, parse_float=Decimal)
    except ValueError as error:
        raise Malformed(f"not JSON: {error}") from None


def text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Malformed(f"field {name} is not a text: {value!r}")
    return value


def whole(fields: dict[str, Any], name: str) -> int:
    value = fields.get(name)
    if type(value) is not int:
        raise Malformed(f"field {name} is not a whole number: {value!r}")
    return value


def nanos(fields: dict[str, Any], name: str) -> int:
    """A price or a quantity, said as a number or a text; beyond the ninth place it is rounded."""
    value = fields.get(name)
    try:
        number = Decimal(value) if isinstance(value, (int, str, Decimal)) and not isinstance(value, bool) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number) > 10**12:
        raise Malformed(f"field {name} is not a number below 10^12: {value!r}")
    return int((number * money.NANOS).to_integral_value())


def time_ns(fields: dict[str, Any], name: str) -> int:
    """RFC 3339 in UTC with up to nine places."""
    value = text(fields, name)
    whole_seconds, _, fraction = value.removesuffix("Z").partition(".")
    try:
        seconds = int(datetime.fromisoformat(whole_seconds).replace(tzinfo=UTC).timestamp())
        return seconds * 10**9 + int(fraction.ljust(9, "0")[:9] or 0)
    except ValueError:
        raise Malformed(f"field {name} is not a time in UTC: {value!r}") from None
