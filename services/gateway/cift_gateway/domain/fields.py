"""Field types of request bodies: exact numbers and words, refused with the field's name.

A number may come as a JSON string or a JSON number; bodies are read with `Decimal` for fractions: no digit is lost.
"""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from cift_common import money
from cift_common.errors import InvalidArgument
from pydantic import BaseModel, BeforeValidator, ValidationError, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from cift_gateway.domain import words
from cift_gateway.domain.shown import SHOWN_MAX, shown

M = TypeVar("M", bound=BaseModel)
# Control characters have no business in names, and U+0000 cannot be stored.
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
DEPTH_MAX = 32
_FLOAT_MAX = "1.7e308"
_DIGITS = re.compile(r"-?[0-9]{1,18}")
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_NUMBER_SCHEMA = {"anyOf": [{"type": "string", "format": "decimal"}, {"type": "number"}]}


class BadJson(InvalidArgument):
    """The body is no JSON object at all."""

    default_reason = "MALFORMED_JSON"


def _refuse_constant(name: str) -> Any:
    raise InvalidArgument(f"{name} is not a number that JSON knows", reason="MALFORMED_JSON")


def _finite(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise BadJson(f"a number is larger than {_FLOAT_MAX}", limit=_FLOAT_MAX)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        name = next(name for n, (name, _) in enumerate(pairs) if any(name == other for other, _ in pairs[:n]))
        raise BadJson(f"{name[:SHOWN_MAX]!a} stands more than once in an object; give it once", field=name[:64])
    return found


_EXACT = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_object)
_PLAIN = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse_constant, object_pairs_hook=_object)


def read_json(body: bytes) -> dict[str, Any]:
    """An object, its fractions as `Decimal`; `BadJson` otherwise."""
    value = read_value(body)
    if not isinstance(value, dict):
        raise BadJson("request body format is invalid: not a JSON object")
    return value


def read_value(body: bytes, *, exact: bool = True) -> Any:
    """Any JSON value, every text in it storable; fractions as `Decimal` where they are to be `exact`."""
    # Each level opens a bracket: few brackets are few levels.
    if body.count(b"[") + body.count(b"{") > DEPTH_MAX and _depth(body) > DEPTH_MAX:
        raise BadJson(f"the body is nested deeper than {DEPTH_MAX} levels", limit=str(DEPTH_MAX))
    try:
        value = (_EXACT if exact else _PLAIN).decode(body.decode())
    except (ValueError, ArithmeticError, RecursionError):
        raise BadJson("request body format is invalid: not JSON") from None
    if b"\\u" in body or b"\x00" in body:
        _check_texts(value)
    return value


def _depth(body: bytes) -> int:
    """The most brackets that are open at once; those inside of texts do not count."""
    level = deepest = 0
    for token in _TOKENS.findall(body):
        if token in (b"[", b"{"):
            level += 1
            deepest = max(deepest, level)
        elif token in (b"]", b"}"):
            level -= 1
    return deepest


def _check_texts(value: Any, field: str = "") -> None:
    """U+0000 and halves of surrogate pairs can neither be stored nor sent."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            where = field or "the body"
            raise InvalidArgument(f"{where} must hold neither U+0000 nor half a surrogate pair", field=field)
    elif isinstance(value, dict):
        for name, part in value.items():
            _check_texts(name, field)
            _check_texts(part, f"{field}.{name}" if field else name)
    elif isinstance(value, list):
        for part in value:
            _check_texts(part, field)


def _whole(value: Any) -> Any:
    """A text of plain digits as a number; everything else is for the type itself to refuse."""
    if isinstance(value, bool | float | Decimal) or (isinstance(value, str) and not _DIGITS.fullmatch(value)):
        # pydantic knows the name of a query's parameter, the validator does not.
        raise PydanticCustomError(
            "whole_number", "must be a whole number of digits 0-9, not {shown}", {"shown": shown(value)}
        )
    return int(value) if isinstance(value, str) else value


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
        raise InvalidArgument(f"{field} must be a decimal number, not {shown(value)}", field=field)
    nanos = money.parse_nanos(field, value)
    if nanos <= 0:
        raise InvalidArgument(f"{field} must be > 0, not {shown(value)}", field=field, limit="> 0")
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


# A whole number of a query or a body: plain digits, no underscores, no fraction.
Whole = Annotated[int, BeforeValidator(_whole)]
Nanos = Annotated[int, BeforeValidator(_nanos), WithJsonSchema(_NUMBER_SCHEMA)]
OptionalNanos = Annotated[int | None, BeforeValidator(_optional_nanos), WithJsonSchema(_NUMBER_SCHEMA)]
Side = Annotated[int, BeforeValidator(_word(words.SIDE_VALUES)), _enum_schema(words.SIDE_VALUES)]
OrderType = Annotated[int, BeforeValidator(_word(words.ORDER_TYPE_VALUES)), _enum_schema(words.ORDER_TYPE_VALUES)]
OrderClass = Annotated[int, BeforeValidator(_word(words.ORDER_CLASS_VALUES)), _enum_schema(words.ORDER_CLASS_VALUES)]
TimeInForce = Annotated[
    int, BeforeValidator(_word(words.TIME_IN_FORCE_VALUES)), _enum_schema(words.TIME_IN_FORCE_VALUES)
]
