"""Errors as Alpaca's clients expect them: `code` and `message`, and ours beside: `reason`, `field`, `limit`."""

from typing import Any

from cift_common import errors, logging
from cift_common.database import UNSTORABLE
from cift_common.errors import CiftError
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from cift_gateway.adapters.outage import DATABASE_AWAY
from cift_gateway.api.gate import Misdirected
from cift_gateway.api.reply import reply
from cift_gateway.domain.fields import BadJson, from_validation
from cift_gateway.service.order_path import FateUnknown

_log = logging.get(__name__)


class Error(BaseModel):
    """`reason` is a stable code; `field` is the input at fault, `limit` what it may be."""

    code: int
    message: str
    reason: str
    field: str | None = None
    limit: str | None = None


# HTTP status and Alpaca's code.
_STATUS: dict[type[CiftError], tuple[int, int]] = {
    BadJson: (400, 40010000),
    Misdirected: (421, 42110000),
    errors.InvalidArgument: (422, 40010001),
    errors.Unauthenticated: (401, 40110000),
    errors.PermissionDenied: (403, 40310000),
    errors.RiskRefused: (403, 40310000),
    errors.NotFound: (404, 40410000),
    errors.AlreadyExists: (422, 40010001),
    errors.FailedPrecondition: (422, 42210000),
    errors.ResourceExhausted: (429, 42910000),
    errors.Unavailable: (503, 50310000),
    errors.DeadlineExceeded: (504, 50410000),
    CiftError: (500, 50010000),
}


def status_of(error: CiftError) -> tuple[int, int]:
    if isinstance(error, FateUnknown):
        # Alpaca's client repeats a 504 by itself: it must not where that could make a second order.
        return (504, 50410000) if error.repeatable else (503, 50310000)
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def body_of(error: CiftError) -> dict[str, Any]:
    body: dict[str, Any] = {"code": status_of(error)[1], "message": error.message, "reason": error.reason}
    if error.field:
        body["field"] = error.field
    if error.limit:
        body["limit"] = error.limit
    return body


def response(error: CiftError) -> Response:
    status = status_of(error)[0]
    headers = {}
    if status == 429:
        headers["Retry-After"] = str(getattr(error, "retry_after_seconds", 1))
    elif status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return reply(body_of(error), status, headers)


_HTTP_REASONS = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 413: "BODY_TOO_LARGE"}


def plain(status: int, message: str, reason: str = "") -> Response:
    code = status * 100_000 + (10_000 if status < 500 or status in (500, 503, 504) else 0)
    return reply({"code": code, "message": message, "reason": reason or _HTTP_REASONS.get(status, "HTTP")}, status)


def answer(error: Exception) -> Response:
    """What a client is told of an exception; a bug is told as one, and nothing about it."""
    if isinstance(error, CiftError):
        return response(error)
    if isinstance(error, HTTPException):
        if isinstance(error.__cause__, CiftError):
            # FastAPI hides what went wrong when it read the body.
            return response(error.__cause__)
        return plain(error.status_code, str(error.detail))
    if isinstance(error, RequestValidationError):
        problems = error.errors()
        if problems and problems[0]["type"] == "json_invalid":
            return response(BadJson("request body format is invalid: not JSON"))
        return response(from_validation(problems))
    if isinstance(error, UNSTORABLE):
        _log.warning("a value cannot be stored", error=repr(error))
        return response(errors.InvalidArgument("a value is none that its column can hold"))
    if isinstance(error, DATABASE_AWAY):
        _log.error("store failed", error=repr(error))
        return response(errors.Unavailable("the database does not answer", reason="DATABASE_UNAVAILABLE"))
    return plain(500, "internal error; it is in the gateway's log", "INTERNAL")


def install(app: FastAPI) -> None:
    async def handle(_: Request, error: Exception) -> Response:
        return answer(error)

    for kind in (CiftError, HTTPException, RequestValidationError, *UNSTORABLE, *DATABASE_AWAY, Exception):
        app.add_exception_handler(kind, handle)
