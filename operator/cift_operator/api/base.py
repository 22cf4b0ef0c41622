"""What every part of the spec is made of: strict models in the Kubernetes spelling, and decimals without floats."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
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


PositiveDecimal = Annotated[
    Decimal,
    BeforeValidator(exact_decimal),
    Field(gt=0, max_digits=18, decimal_places=9),
    PlainSerializer(lambda value: format(value, "f"), return_type=str),
]
"""An amount above zero: an integer or a quoted decimal, 9 decimal places at most."""

Name = Annotated[str, Field(min_length=1, max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
"""A DNS label, as Kubernetes names are."""
