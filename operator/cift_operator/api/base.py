"""What every part of the spec is made of: strict models in the Kubernetes spelling, and decimals without floats."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel


class ApiModel(BaseModel):
    """camelCase outside, snake_case inside; an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        alias_generator=to_camel,
        use_attribute_docstrings=True,
    )


def cel(*rules: tuple[str, str]) -> dict[str, Any]:
    """(rule, message) pairs for `json_schema_extra`: what the API server checks and no type can say."""
    return {"x-kubernetes-validations": [{"rule": rule, "message": message} for rule, message in rules]}


def exact_decimal(value: Any) -> Any:
    # The API server takes integers and strings here (int-or-string); a float has lost digits already.
    if isinstance(value, bool | float):
        raise ValueError(f'write it in quotes, as "{value}"')
    if isinstance(value, str):
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise ValueError(f"{value!r} is not a decimal number") from None
        if not number.is_finite():
            raise ValueError("must be a finite number")
        return number
    return value


def as_text(value: Decimal) -> str:
    return format(value, "f")


PositiveDecimal = Annotated[
    Decimal,
    BeforeValidator(exact_decimal),
    Field(gt=0, max_digits=18, decimal_places=9),
    PlainSerializer(as_text, return_type=str),
    WithJsonSchema(
        {
            "x-kubernetes-int-or-string": True,
            "pattern": r"^([0-9]*[1-9][0-9]*(\.[0-9]{1,9})?|0+\.[0-9]{0,8}[1-9][0-9]{0,8})$",
            "minimum": 1,
            "maxLength": 20,
        }
    ),
]
"""An amount above zero: an integer or a quoted decimal, 9 decimal places at most."""

Ratio = Annotated[
    Decimal,
    BeforeValidator(exact_decimal),
    Field(ge=0, le=1, decimal_places=6),
    PlainSerializer(as_text, return_type=str),
    WithJsonSchema(
        {
            "x-kubernetes-int-or-string": True,
            "pattern": r"^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$",
            "minimum": 0,
            "maximum": 1,
            "maxLength": 8,
        }
    ),
]
"""From 0 to 1: an integer or a quoted decimal."""

Name = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
"""A DNS label, as Kubernetes names are."""

SecretKey = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[-._a-zA-Z0-9]+$")]
"""A key of a secret or a config map."""
