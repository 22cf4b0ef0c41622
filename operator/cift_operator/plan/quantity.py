"""Amounts in the notation of Kubernetes: `1000m` is `1`, `1024Mi` is `1Gi`."""

import re
from decimal import Decimal

_SUFFIXES = {
    "m": Decimal("0.001"),
    "": Decimal(1),
    **{suffix: Decimal(1000) ** power for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": Decimal(1024) ** power for power, suffix in enumerate("KMGTPE", start=1)},
}
_PATTERN = re.compile(r"^([0-9]+(?:\.[0-9]+)?)(m|[kMGTPE]|[KMGTPE]i)?$")


def parse(text: object) -> Decimal | None:
    """None: not an amount."""
    match = _PATTERN.match(str(text)) if isinstance(text, str | int) else None
    return Decimal(match[1]) * _SUFFIXES[match[2] or ""] if match else None


def same_quantity(one: object, other: object) -> bool:
    first = parse(one)
    return first is not None and first == parse(other)
