"""What executions cost."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from cift_operator.api.base import ApiModel, as_text, exact_decimal

_NUMBER = r"(0|[1-9][0-9]{0,2}|1000)(\.[0-9]{1,6})?"

Charge = Annotated[
    Decimal,
    BeforeValidator(exact_decimal),
    Field(ge=0, le=1000, decimal_places=6),
    PlainSerializer(as_text, return_type=str),
    WithJsonSchema(
        {
            "x-kubernetes-int-or-string": True,
            "pattern": f"^{_NUMBER}$",
            "minimum": 0,
            "maximum": 1000,
            "maxLength": 11,
        }
    ),
]
"""From 0 to 1000: an integer or a quoted decimal."""

MakerRate = Annotated[
    Decimal,
    BeforeValidator(exact_decimal),
    Field(ge=-100, le=1000, decimal_places=6),
    PlainSerializer(as_text, return_type=str),
    WithJsonSchema(
        {
            "x-kubernetes-int-or-string": True,
            "pattern": rf"^({_NUMBER}|-(0|[1-9][0-9]?)(\.[0-9]{{1,6}})?|-100(\.0{{1,6}})?)$",
            "minimum": -100,
            "maximum": 1000,
            "maxLength": 12,
        }
    ),
]


class FeesSpec(ApiModel):
    """The paper broker's charges, in the account's currency, added up; nothing by default."""

    per_order: Charge = Decimal(0)
    """Once, with the order's first execution."""
    per_share: Charge = Decimal(0)
    maker_bp: MakerRate = Decimal(0)
    """Of the value of an execution whose price the order made, in basis points; negative: a rebate."""
    taker_bp: Charge = Decimal(0)
    """Of the value of an execution at a price that was there, in basis points."""
