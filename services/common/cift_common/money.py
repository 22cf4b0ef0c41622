"""Fixed-point numbers: nine decimal places, `int` nanos on the wire, `Decimal` in Python. Never a float."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

from cift_common.errors import InvalidArgument

PLACES = 9
NANOS = 10**PLACES
MAX_NANOS = 2**63 - 1
_QUANTUM = Decimal(1).scaleb(-PLACES)
_CONTEXT = Context(prec=60)


def parse_decimal(field: str, text: str | int | Decimal) -> Decimal:
    """A finite decimal with at most nine places that fits an int64 of nanos; `InvalidArgument` names the field."""
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        raise InvalidArgument(f"{field} must be a decimal number, not {text!r}", field=field) from None
    if not value.is_finite():
        raise InvalidArgument(f"{field} must be finite, not {text}", field=field)
    largest = Decimal(MAX_NANOS).scaleb(-PLACES)
    if abs(value) > largest:
        raise InvalidArgument(f"{field} {value:.3e} is larger than {largest}", field=field, limit=str(largest))
    if value != value.quantize(_QUANTUM, context=_CONTEXT):
        raise InvalidArgument(
            f"{field} {value} has more than {PLACES} decimal places", field=field, limit=str(_QUANTUM)
        )
    return value


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
