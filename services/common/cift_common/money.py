"""Fixed-point numbers: nine decimal places, `int` nanos on the wire, `Decimal` in Python. Never a float."""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from cift_common.errors import InvalidArgument

PLACES = 9
NANOS = 10**PLACES
MAX_NANOS = 2**63 - 1
CHARACTERS_MAX = 64
_QUANTUM = Decimal(1).scaleb(-PLACES)
_LARGEST = Decimal(MAX_NANOS).scaleb(-PLACES)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_CONTEXT = Context(prec=60)


def parse_decimal(field: str, text: str | int | Decimal) -> Decimal:
    """A finite decimal with at most nine places that fits an int64 of nanos; `InvalidArgument` names the field."""
    value = _decimal(field, text)
    if not value.is_finite():
        raise InvalidArgument(f"{field} must be finite, not {value}", field=field, limit=str(_LARGEST))
    # Of a number with a million digits only the exponent is looked at.
    if value.adjusted() > _LARGEST.adjusted() or abs(value) > _LARGEST:
        raise InvalidArgument(f"{field} is larger than {_LARGEST}", field=field, limit=str(_LARGEST))
    if value and value.adjusted() < -PLACES:
        raise InvalidArgument(f"{field} has more than {PLACES} decimal places", field=field, limit=str(_QUANTUM))
    if value != value.quantize(_QUANTUM, context=_CONTEXT):
        raise InvalidArgument(f"{field} has more than {PLACES} decimal places", field=field, limit=str(_QUANTUM))
    return value if value else Decimal(0)


def _decimal(field: str, text: str | int | Decimal) -> Decimal:
    """`Decimal` itself would take underscores, spaces and the digits of every script."""
    if isinstance(text, Decimal):
        return text
    if isinstance(text, int):
        if abs(text) > MAX_NANOS:
            raise InvalidArgument(f"{field} is larger than {_LARGEST}", field=field, limit=str(_LARGEST))
        return Decimal(text)
    if len(text) > CHARACTERS_MAX:
        limit = f"{CHARACTERS_MAX} characters"
        raise InvalidArgument(f"{field} must be a decimal number of at most {limit}", field=field, limit=limit)
    if not _NUMBER.fullmatch(text):
        raise InvalidArgument(
            f"{field} must be a decimal number like 189.43, not {text!a}", field=field, limit="digits and one point"
        )
    try:
        return Decimal(text)
    except InvalidOperation:
        # An exponent that no decimal can have.
        raise InvalidArgument(f"{field} is larger than {_LARGEST}", field=field, limit=str(_LARGEST)) from None


def parse_nanos(field: str, text: str | int | Decimal) -> int:
    """`parse_decimal`, as nanos."""
    return to_nanos(parse_decimal(field, text))


def to_nanos(value: Decimal) -> int:
    """Exact; `ValueError` where the value has more than nine places."""
    nanos = value.scaleb(PLACES, context=_CONTEXT)
    whole = int(nanos)
    if nanos != whole:
        raise ValueError(f"{value} has more than {PLACES} decimal places")
    return whole


def from_nanos(nanos: int) -> Decimal:
    """Exact, without trailing zeros."""
    return strip(Decimal(nanos).scaleb(-PLACES, context=_CONTEXT))


def multiply(left_nanos: int, right_nanos: int) -> int:
    """The product of two fixed-point numbers in nanos, rounded half to even."""
    return divide_half_even(left_nanos * right_nanos, NANOS)


def divide_half_even(numerator: int, denominator: int) -> int:
    """`numerator / denominator` to the nearest integer, ties to even; the denominator is positive."""
    quotient, remainder = divmod(numerator, denominator)
    doubled = 2 * remainder
    if doubled > denominator or (doubled == denominator and quotient & 1):
        quotient += 1
    return quotient


def round_places(value: Decimal, places: int) -> Decimal:
    """Rounded half to even."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN, context=_CONTEXT)


def strip(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    normal = value.normalize(_CONTEXT)
    exponent = normal.as_tuple().exponent
    return normal.quantize(Decimal(1), context=_CONTEXT) if isinstance(exponent, int) and exponent > 0 else normal


def text(nanos: int) -> str:
    """Nanos as a plain decimal string, e.g. 189430000000 → "189.43"."""
    sign = "-" if nanos < 0 else ""
    whole, fraction = divmod(abs(nanos), NANOS)
    return f"{sign}{whole}.{fraction:09d}".rstrip("0").rstrip(".") if fraction else f"{sign}{whole}"
