"""Text → TradingPlatform; what is wrong is said with its path, as `spec.trading.symbols[3].tickSize: …`."""

from typing import Any

import yaml
from pydantic import ValidationError

from cift_operator.api.platform import API_VERSION, KIND, TradingPlatform

_SIZE_MAX = 1_500_000  # what an API server takes, too


class InvalidPlatform(Exception):
    """Holds one line a mistake: `path: reason`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def parse(text: str) -> TradingPlatform:
    """Raises `InvalidPlatform`."""
    if len(text) > _SIZE_MAX:
        raise InvalidPlatform([f"the file has {len(text)} characters, more than {_SIZE_MAX}"])
    try:
        documents = [document for document in yaml.safe_load_all(text) if document is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the file"
        raise InvalidPlatform([f"{where}: not YAML: {error.problem}"]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidPlatform([f"the file: not YAML: {error}"]) from None
    if len(documents) != 1:
        raise InvalidPlatform([f"the file: must hold one {KIND}, and holds {len(documents)} documents"])
    return validate(documents[0])


def validate(document: Any) -> TradingPlatform:
    """The same for an object as the API server gives it."""
    if not isinstance(document, dict):
        raise InvalidPlatform([f"the file: must be a {KIND} (apiVersion, kind, metadata, spec)"])
    try:
        return TradingPlatform.model_validate(document)
    except ValidationError as error:
        raise InvalidPlatform([f"{path(item['loc'])}: {_reason(item)}" for item in error.errors()]) from None


def path(location: tuple[int | str, ...]) -> str:
    """`("spec", "symbols", 3)` → `spec.symbols[3]`."""
    text = ""
    for part in location:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = part if part.isidentifier() else repr(part)
            text += f".{name}" if text else name
    return text or "the file"


def _reason(item: Any) -> str:
    kind, message = item["type"], str(item["msg"])
    if kind == "missing":
        expected = {("apiVersion",): f" ({API_VERSION})", ("kind",): f" ({KIND})"}.get(item["loc"], "")
        return f"is missing{expected}"
    if kind == "extra_forbidden":
        return "is not a field"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    value = item["input"]
    given = f", not {value!r}" if isinstance(value, str | int | float | bool) and len(repr(value)) < 80 else ""
    message = message.replace("Tuple should", "List should")
    return f"{message[:1].lower()}{message[1:]}{given}"
