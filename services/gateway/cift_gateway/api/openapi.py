"""OpenAPI: what FastAPI derives, with the two ways in, and bodies that routes read themselves."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from cift_gateway.api import scopes
from cift_gateway.domain.scope import Scope

_DESCRIPTION = """\
Follows the Alpaca Trading API v2 in paths, fields and status words, so `alpaca-py` and tools built on it work as they
are. Beside it: `/auth` (users, sessions, API keys), `/v2/risk`, `/v2/analytics` and `/v2/predictions`.

Two ways in: the headers `APCA-API-KEY-ID` and `APCA-API-SECRET-KEY` (programs), or `Authorization: Bearer` with an
access token from `/auth/login` (people). Each operation names the scope that it needs (`x-required-scope`): roles give
people scopes, an API key carries some of its maker's. An error says `code`, `message`, `reason`, and where it applies
`field` and `limit`. The WebSocket `/stream` sends `trade_updates`, each with a `sequence`; `listen` with
`after_sequence` brings what was missed. The WebSocket `/v2/iex` is Alpaca's market data stream.
"""
_SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "keyId": {"type": "apiKey", "in": "header", "name": "APCA-API-KEY-ID"},
    "keySecret": {"type": "apiKey", "in": "header", "name": "APCA-API-SECRET-KEY"},
}


def body_schema(model: type[BaseModel]) -> dict[str, Any]:
    """For `openapi_extra` of a route that reads its body exactly, not through FastAPI."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    nested = schema.pop("$defs", {})
    inside = _inlined(schema, nested)
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": inside}}}}


def _inlined(schema: Any, nested: dict[str, Any]) -> Any:
    """The schema with what it refers to in its place; models that refer to themselves are none of ours."""
    if isinstance(schema, list):
        return [_inlined(part, nested) for part in schema]
    if not isinstance(schema, dict):
        return schema
    reference = str(schema.get("$ref", "")).rpartition("/")[2]
    if reference in nested:
        return _inlined(nested[reference], nested)
    return {name: _inlined(part, nested) for name, part in schema.items()}


def install(app: FastAPI, error: type[BaseModel]) -> None:
    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes)
            components = document.setdefault("components", {})
            components["securitySchemes"] = _SECURITY
            components.setdefault("schemas", {})["Error"] = error.model_json_schema()
            document["security"] = [{"token": []}, {"keyId": [], "keySecret": []}]
            for path, operations in document["paths"].items():
                for method, operation in operations.items():
                    _say_errors(operation)
                    _say_scope(operation, scopes.ROUTES[f"{method.upper()} {path}"])
            for unused in ("HTTPValidationError", "ValidationError"):
                components["schemas"].pop(unused, None)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign]


def _say_scope(operation: dict[str, Any], scope: Scope | None) -> None:
    if scope is None:
        operation["security"] = []
    else:
        operation["x-required-scope"] = scope.value


def _say_errors(operation: dict[str, Any]) -> None:
    """One shape for every error, instead of FastAPI's own."""
    operation["responses"].pop("422", None)
    reference = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    operation["responses"]["default"] = {"description": "Refused or failed", "content": reference}
