"""Field types of request bodies: exact numbers and words, refused with the field's name.

A number may come as a JSON string or a JSON number; bodies are read with `Decimal` for fractions: no digit is lost.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from cift_common import money
from cift_common.errors import InvalidArgument
from pydantic import BaseModel, BeforeValidator, ValidationError, ValidationInfo, WithJsonSchema

from cift_gateway.domain import words

M = TypeVar("M", bound=BaseModel)
# Control characters have no business in names, and U+0000 cannot be stored.
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
_NUMBER_SCHEMA = {"anyOf": [{"type": "string", "format": "decimal"}, {"type": "number"}]}


class BadJson(InvalidArgument):
    """The body is no JSON object at all."""

    default_reason = "MALFORMED_JSON"


def _refuse_constant(name: str) -> Any:
    raise InvalidArgument(f"{name} is not a number that JSON knows", reason="MALFORMED_JSON")


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)


def read_json(body: bytes) -> dict[str, Any]:
    """An object, its fractions as `Decimal`; `BadJson` otherwise."""
    try:
        value = _DECODER.decode(body.decode())
    except (ValueError, ArithmeticError, RecursionError):
        raise BadJson("request body format is invalid: not JSON") from None
    if not isinstance(value, dict):
        raise BadJson("request body format is invalid: not a JSON object")
    return value


def read_body(model: type[M], body: bytes) -> M:
    """The model that a body says; `InvalidArgument` names the first field that is wrong."""
    return validated(model, read_json(body))


def validated(model: type[M], body: dict[str, Any]) -> M:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise from_validation(error.errors(include_url=False, include_input=False)) from None


def from_validation(problems: Any) -> InvalidArgument:
    """The first problem that pydantic found, as ours."""
    problem = problems[0]
    place = [str(part) for part in problem["loc"] if part not in ("body", "query", "path")]
    field = ".".join(place)
    message = f"{field} is required" if problem["type"] == "missing" else f"{field}: {problem['msg']}"
    return InvalidArgument(message.removeprefix(": "), field=field)


def _nanos(value: Any, info: ValidationInfo) -> int:
    return _exact(info.field_name or "", value)


def _exact(field: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise InvalidArgument(f"{field} must be a decimal number, not {value!r}", field=field)
    if isinstance(value, str) and len(value) > 64:
        raise InvalidArgument(f"{field} must be a decimal number of at most 64 characters", field=field, limit="64")
    nanos = money.parse_nanos(field, value)
    if nanos <= 0:
        raise InvalidArgument(f"{field} must be > 0, not {value}", field=field, limit="> 0")
    return nanos


def _optional_nanos(value: Any, info: ValidationInfo) -> int | None:
    return None if value is None else _nanos(value, info)


def _word(values: dict[str, int]) -> Callable[[Any, ValidationInfo], int]:
    def convert(value: Any, info: ValidationInfo) -> int:
        return words.value_of(info.field_name or "", value, values)

    return convert


def _enum_schema(values: dict[str, int]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": list(values)})


def nanos_of(field: str, *, optional: bool = False) -> Any:
    """A number of an object inside the body, refused by its whole name."""

    def convert(value: Any) -> int | None:
        return None if optional and value is None else _exact(field, value)

    return Annotated[int | None if optional else int, BeforeValidator(convert), WithJsonSchema(_NUMBER_SCHEMA)]


Nanos = Annotated[int, BeforeValidator(_nanos), WithJsonSchema(_NUMBER_SCHEMA)]
OptionalNanos = Annotated[int | None, BeforeValidator(_optional_nanos), WithJsonSchema(_NUMBER_SCHEMA)]
Side = Annotated[int, BeforeValidator(_word(words.SIDE_VALUES)), _enum_schema(words.SIDE_VALUES)]
OrderType = Annotated[int, BeforeValidator(_word(words.ORDER_TYPE_VALUES)), _enum_schema(words.ORDER_TYPE_VALUES)]
OrderClass = Annotated[int, BeforeValidator(_word(words.ORDER_CLASS_VALUES)), _enum_schema(words.ORDER_CLASS_VALUES)]
TimeInForce = Annotated[
    int, BeforeValidator(_word(words.TIME_IN_FORCE_VALUES)), _enum_schema(words.TIME_IN_FORCE_VALUES)
]
