"""`/auth/users` and `/auth/security_events`: who has access, and what was done with it; for admins."""

from dataclasses import asdict
from typing import Annotated, Any

from cift_common.errors import InvalidArgument
from fastapi import APIRouter, Query, Response

from cift_gateway.adapters.security_events import Entry
from cift_gateway.api.context import Caller, Here
from cift_gateway.api.models import auth as models
from cift_gateway.api.reply import nothing, reply
from cift_gateway.api.routes.auth import key_id_of, key_of, session_of, user_of, uuid_of
from cift_gateway.api.routing import Route
from cift_gateway.domain.scope import Role
from cift_gateway.domain.security_event import SecurityEvent
from cift_gateway.domain.times import rfc3339

router = APIRouter(route_class=Route, tags=["users"])
_USERS_MAX = 1000
_EVENTS_MAX = 1000


@router.get("/auth/users", response_model=list[models.User])
async def list_users(gateway: Here, _: Caller) -> Response:
    """The first thousand users; for admins."""
    return reply([user_of(user) for user in await gateway.user_store.every(_USERS_MAX)])


@router.put("/auth/users/{user_id}/roles", response_model=models.User)
async def set_roles(gateway: Here, caller: Caller, user_id: str, body: models.SetRoles) -> Response:
    """Takes effect at once, also for keys and open streams; for admins. The last admin stays one."""
    user_id = uuid_of("user", user_id)
    if user_id == caller.user_id and Role.ADMIN not in body.roles:
        raise InvalidArgument("an admin cannot give up their own admin role", field="roles", limit="admin")
    return reply(user_of(await gateway.user_access.set_roles(user_id, body.roles)))


@router.post("/auth/users/{user_id}/disable", response_model=models.DisabledUser)
async def disable_user(gateway: Here, _: Caller, user_id: str, body: models.DisableUser | None = None) -> Response:
    """Ends a user's sessions, keys and streams at once, and lets them in no more; for admins.

    `cancel_orders` also requests a cancel for their open orders. If trading does not answer, the user is disabled all
    the same: repeat the request.
    """
    wanted = body or models.DisableUser()
    done = await gateway.user_access.disable(
        uuid_of("user", user_id), cancel_orders=wanted.cancel_orders, reason=wanted.reason
    )
    return reply({**user_of(done.user), "orders_canceled": done.orders_canceled})


@router.post("/auth/users/{user_id}/enable", response_model=models.User)
async def enable_user(gateway: Here, _: Caller, user_id: str) -> Response:
    """Lets a disabled user log in again; their sessions and keys stay ended. For admins."""
    return reply(user_of(await gateway.user_access.enable(uuid_of("user", user_id))))


@router.get("/auth/users/{user_id}/sessions", response_model=list[models.Session])
async def list_sessions_of_user(gateway: Here, caller: Caller, user_id: str) -> Response:
    """The log-ins of a user that are not over; for admins."""
    user = await gateway.user_store.by_id(uuid_of("user", user_id))
    return reply([session_of(one, caller) for one in await gateway.sessions.of_user(user.id)])


@router.delete("/auth/users/{user_id}/sessions/{session_id}", status_code=204)
async def end_session_of_user(gateway: Here, _: Caller, user_id: str, session_id: str) -> Response:
    """Ends a log-in of a user at once; for admins."""
    await gateway.user_access.end_session(uuid_of("user", user_id), uuid_of("session", session_id))
    return nothing()


@router.get("/auth/users/{user_id}/keys", response_model=list[models.ApiKey])
async def list_keys_of_user(gateway: Here, _: Caller, user_id: str) -> Response:
    """The API keys of a user that are not over; for admins."""
    user = await gateway.user_store.by_id(uuid_of("user", user_id))
    return reply([key_of(key) for key in await gateway.users.list_keys(user.id)])


@router.delete("/auth/users/{user_id}/keys/{key_id}", status_code=204)
async def revoke_key_of_user(gateway: Here, _: Caller, user_id: str, key_id: str) -> Response:
    """Ends an API key of a user, and the keys that it made, at once; for admins."""
    await gateway.user_access.revoke_key(uuid_of("user", user_id), key_id_of(key_id))
    return nothing()


@router.get("/auth/security_events", response_model=list[models.SecurityEventEntry])
async def list_security_events(
    gateway: Here,
    _: Caller,
    event: SecurityEvent | None = None,
    user_id: str | None = None,
    before: str | None = None,
    limit: Annotated[int, Query(ge=1, le=_EVENTS_MAX)] = 100,
) -> Response:
    """Log-ins, failures, keys, roles, halts, newest first; for admins. `before`: the `id` of the last one of a page."""
    found = await gateway.security_event_store.newest(
        limit,
        event=event,
        user_id=uuid_of("user", user_id) if user_id is not None else None,
        before=uuid_of("event", before) if before is not None else None,
    )
    return reply([_entry(entry) for entry in found])


def _entry(entry: Entry) -> dict[str, Any]:
    body = asdict(entry)
    occurred_at = rfc3339(body.pop("occurred_at_ns"))
    return body | {"occurred_at": occurred_at, "actor_id": entry.actor_id or None, "user_id": entry.user_id or None}
