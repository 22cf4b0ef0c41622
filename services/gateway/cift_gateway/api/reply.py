"""A JSON answer, by orjson."""

from typing import Any

import orjson
from fastapi import Response


def reply(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(data), status, headers, "application/json")


def nothing(status: int = 204) -> Response:
    return Response(None, status)
