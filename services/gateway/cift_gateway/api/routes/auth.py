"""`/auth`: log in, refresh, log out, sessions, API keys, settings."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from cift_common.errors import InvalidArgument, NotFound, Unauthenticated
from fastapi import APIRouter, Cookie, Depends, Request, Response

from cift_gateway.adapters import api_keys, users
from cift_gateway.adapters.sessions import Session
from cift_gateway.api.context import Caller, Here, address_of, gateway_of
from cift_gateway.api.gate import COOKIE
from cift_gateway.api.models import auth as models
from cift_gateway.api.reply import nothing, reply
from cift_gateway.api.routing import Route
from cift_gateway.domain.principal import Principal
from cift_gateway.domain.times import rfc3339
from cift_gateway.service.users import LogIn

router = APIRouter(route_class=Route, tags=["auth"])
PUBLIC: dict[str, Any] = {"security": []}
SETTINGS_BYTES_MAX = 64 * 1024
KEY_ID_LENGTH_MAX = 128

# Where the outside is https the browser itself holds the cookie to this host and to TLS, by its name.
_HOST_COOKIE = f"__Host-{COOKIE}"
DEVICE_COOKIE = "cift_device"
_HOST_DEVICE_COOKIE = f"__Host-{DEVICE_COOKIE}"
_DEVICE_SECONDS = 365 * 24 * 3600


class _RefreshCookie:
    """The cookie of the name that this gateway gives."""

    def __init__(
        self,
        request: Request,
        local: Annotated[str | None, Cookie(alias=COOKIE)] = None,
        secure: Annotated[str | None, Cookie(alias=_HOST_COOKIE)] = None,
    ) -> None:
        self.value = secure if _is_secure(request) else local


RefreshCookie = Annotated[_RefreshCookie, Depends()]


class _DeviceMark:
    """The mark of a device on which a user has logged in: failures elsewhere do not lock it out."""

    def __init__(
        self,
        request: Request,
        local: Annotated[str | None, Cookie(alias=DEVICE_COOKIE)] = None,
        secure: Annotated[str | None, Cookie(alias=_HOST_DEVICE_COOKIE)] = None,
    ) -> None:
        self.value = (secure if _is_secure(request) else local) or ""


DeviceMark = Annotated[_DeviceMark, Depends()]


def _is_secure(request: Request) -> bool:
    """Whether the host that the client called is reached by https."""
    return gateway_of(request).settings.site.is_secure(request.headers.get("host", ""))


def _cookie(request: Request, name: str = COOKIE) -> dict[str, Any]:
    """Name, path and bounds of a cookie, to set it and to delete it."""
    is_https = _is_secure(request)
    return {
        "key": f"__Host-{name}" if is_https else name,
        "path": "/" if is_https else "/auth",
        "httponly": True,
        "samesite": "strict",
        "secure": is_https,
    }


def time_or_null(time_ns: int) -> str | None:
    return rfc3339(time_ns) if time_ns else None


def user_of(user: users.User) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "roles": list(user.roles),
        "account_id": user.account_id,
        "email_verified": user.email_verified,
        "created_at": rfc3339(user.created_at_ns),
        "disabled_at": time_or_null(user.disabled_at_ns),
    }


def _logged_in(request: Request, log_in: LogIn, *, cookie: bool, status: int = 200) -> Response:
    response = reply(
        {
            "access_token": log_in.access_token,
            "token_type": "bearer",
            "expires_in": log_in.expires_in_seconds,
            "refresh_token": None if cookie else log_in.refresh_token,
            "user": user_of(log_in.user),
        },
        status,
        {"Cache-Control": "no-store"},
    )
    if cookie:
        seconds = gateway_of(request).settings.refresh_token_seconds
        response.set_cookie(value=log_in.refresh_token, max_age=seconds, **_cookie(request))
    return response


@router.post("/auth/login", response_model=models.Tokens, openapi_extra=PUBLIC)
async def log_in(request: Request, gateway: Here, device: DeviceMark, body: models.Credentials) -> Response:
    """An access token for some minutes, and a refresh token that is good once."""
    logged_in = await gateway.users.log_in(body.email, body.password, address_of(request), device.value)
    response = _logged_in(request, logged_in, cookie=body.cookie)
    if body.cookie:
        response.set_cookie(value=logged_in.device, max_age=_DEVICE_SECONDS, **_cookie(request, DEVICE_COOKIE))
    return response


@router.post("/auth/refresh", response_model=models.Tokens, openapi_extra=PUBLIC)
async def refresh(
    request: Request, gateway: Here, cookie: RefreshCookie, body: models.RefreshRequest | None = None
) -> Response:
    """New tokens for a refresh token. One that comes a second time ends its session."""
    given = body.refresh_token if body else None
    token = given or cookie.value
    if not token:
        raise Unauthenticated("refresh_token is missing", reason="TOKEN_MISSING", field="refresh_token")
    return _logged_in(request, await gateway.users.refresh(token), cookie=not given)


@router.post("/auth/logout", status_code=204, openapi_extra=PUBLIC)
async def log_out(
    request: Request, gateway: Here, cookie: RefreshCookie, body: models.RefreshRequest | None = None
) -> Response:
    """Ends the session of a refresh token, and with it its access tokens."""
    if token := (body.refresh_token if body else None) or cookie.value:
        await gateway.users.log_out(token)
    response = nothing()
    response.delete_cookie(**_cookie(request))
    return response


@router.get("/auth/me", response_model=models.Me)
async def get_me(gateway: Here, caller: Caller) -> Response:
    """Who is asking. `roles` are those of the key, where a key asks."""
    user = await gateway.user_store.by_id(caller.user_id)
    return reply({**user_of(user), "roles": sorted(caller.roles), "scopes": sorted(caller.scopes)})


@router.put("/auth/me/password", status_code=204)
async def change_password(
    request: Request, gateway: Here, caller: Caller, device: DeviceMark, body: models.ChangePassword
) -> Response:
    """Ends the other sessions of the user; API keys stay."""
    await gateway.users.change_password(
        caller.user_id,
        body.old_password,
        body.new_password,
        keep_session=caller.credential,
        address=address_of(request),
        device_mark=device.value,
    )
    return nothing()


@router.get("/auth/me/settings", response_model=models.SettingsDocument)
async def get_settings(gateway: Here, caller: Caller) -> Response:
    """The user's own JSON document."""
    return reply(await gateway.user_store.settings(caller.user_id))


@router.put("/auth/me/settings", response_model=models.SettingsDocument)
async def set_settings(gateway: Here, caller: Caller, body: models.SettingsDocument) -> Response:
    """Replaces the document; at most 64 KiB."""
    try:
        document = orjson.dumps(body)
    except orjson.JSONEncodeError:
        raise InvalidArgument("settings must not hold whole numbers of more than 64 bits", field="settings") from None
    if len(document) > SETTINGS_BYTES_MAX:
        raise InvalidArgument(
            f"settings have {len(document)} bytes", field="settings", limit=f"{SETTINGS_BYTES_MAX} bytes"
        )
    if b"\\u0000" in document:
        raise InvalidArgument("settings must not hold the character U+0000", field="settings")
    await gateway.user_store.set_settings(caller.user_id, document.decode())
    return reply(body)


@router.get("/auth/me/sessions", response_model=list[models.Session])
async def list_sessions(gateway: Here, caller: Caller) -> Response:
    """The caller's log-ins that are not over."""
    return reply([session_of(one, caller) for one in await gateway.sessions.of_user(caller.user_id)])


@router.delete("/auth/me/sessions/{session_id}", status_code=204)
async def end_session(gateway: Here, caller: Caller, session_id: str) -> Response:
    """Ends a log-in at once, with its access tokens and open streams."""
    await gateway.user_access.end_session(caller.user_id, uuid_of("session", session_id))
    return nothing()


def session_of(session: Session, caller: Principal) -> dict[str, Any]:
    return {
        "id": session.id,
        "created_at": rfc3339(session.created_at_ns),
        "last_used_at": time_or_null(session.last_used_at_ns),
        "expires_at": rfc3339(session.expires_at_ns),
        "address": session.address,
        "user_agent": session.user_agent,
        "current": session.id == caller.credential,
    }


def key_of(key: api_keys.ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "roles": list(key.roles),
        "scopes": sorted(key.scopes),
        "parent_id": key.parent_id,
        "created_at": rfc3339(key.created_at_ns),
        "expires_at": time_or_null(key.expires_at_ns),
        "last_used_at": time_or_null(key.last_used_at_ns),
        "last_used_address": key.last_used_address,
    }


@router.get("/auth/keys", response_model=list[models.ApiKey])
async def list_keys(gateway: Here, caller: Caller) -> Response:
    """The caller's API keys that are not over, without their secrets."""
    return reply([key_of(key) for key in await gateway.users.list_keys(caller.user_id)])


@router.post("/auth/keys", response_model=models.NewApiKey, status_code=201)
async def create_key(gateway: Here, caller: Caller, body: models.CreateKey) -> Response:
    """Makes an API key; the secret is in this answer and nowhere else.

    By default it trades and reads. A key that makes keys needs the scope `keys:manage`, and they end with it.
    """
    new = await gateway.users.create_key(
        caller,
        body.name,
        roles=None if body.roles is None else [str(role) for role in body.roles],
        scopes=body.scopes,
        expires_at_ns=int(body.expires_at.timestamp() * 10**6) * 1000 if body.expires_at else 0,
    )
    return reply({**key_of(new.key), "secret": new.secret}, 201, {"Cache-Control": "no-store"})


@router.delete("/auth/keys/{key_id}", status_code=204)
async def revoke_key(gateway: Here, caller: Caller, key_id: str) -> Response:
    """Ends a key, and the keys that it made, at once; also their open streams."""
    await gateway.user_access.revoke_key(caller.user_id, key_id_of(key_id))
    return nothing()


def key_id_of(text: str) -> str:
    """`NotFound` where no key can have this id."""
    if not (text.isascii() and text.isalnum() and len(text) <= KEY_ID_LENGTH_MAX):
        raise NotFound("no such API key", field="key_id")
    return text


def uuid_of(what: str, text: str) -> str:
    """`NotFound` where nothing can have this id."""
    try:
        return str(UUID(text))
    except ValueError:
        raise NotFound(f"no such {what}", field=f"{what}_id") from None
