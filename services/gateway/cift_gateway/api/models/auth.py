"""Users, sessions, keys: what comes in and what goes out."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from cift_gateway.api.models import Model
from cift_gateway.domain.fields import PRINTABLE
from cift_gateway.domain.scope import Role, Scope
from cift_gateway.domain.security_event import SecurityEvent

Email = Annotated[str, Field(max_length=254)]
Password = Annotated[str, Field(max_length=1024)]


class Credentials(BaseModel):
    email: Email
    password: Password
    # True: the refresh token comes as an HttpOnly cookie instead of in the body; for browsers.
    cookie: bool = False


class RefreshRequest(BaseModel):
    # Absent: the cookie.
    refresh_token: Annotated[str, Field(max_length=256)] | None = None


class ChangePassword(BaseModel):
    old_password: Password
    new_password: Password


class CreateKey(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=64, pattern=PRINTABLE)]
    # What the key may do, at most what its maker may. Absent: what the roles grant, or trade and read.
    scopes: list[Scope] | None = None
    # Absent: those of its maker. An empty list makes a key that may do nothing.
    roles: list[Role] | None = None
    # Absent: the longest life that this platform allows, if it limits that.
    expires_at: AwareDatetime | None = None


class SetRoles(BaseModel):
    roles: list[Role]


class DisableUser(BaseModel):
    # True: a cancel is requested for all open orders of the user's account.
    cancel_orders: bool = False
    reason: Annotated[str, Field(max_length=200, pattern=PRINTABLE)] = ""


class User(Model):
    id: str
    email: str
    roles: list[Role]
    account_id: str
    # Whether somebody showed that the address is theirs; until then its owner can take it.
    email_verified: bool
    created_at: datetime
    # Null unless the user is disabled.
    disabled_at: datetime | None


class Me(User):
    """`scopes` is what the credential that asks may do."""

    scopes: list[Scope]


class DisabledUser(User):
    """`orders_canceled` is for how many orders a cancel was requested; null if none was wanted."""

    orders_canceled: int | None


class Session(Model):
    """A log-in that is not over; `current` is the one that asks."""

    id: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime
    address: str
    user_agent: str
    current: bool


class SecurityEventEntry(Model):
    """`actor_*` and `credential` say who did it; `user_id` and `email` whom it is about."""

    id: str
    event: SecurityEvent
    occurred_at: datetime
    actor_id: str | None
    actor_email: str
    credential: str
    user_id: str | None
    email: str
    address: str
    user_agent: str
    details: dict[str, str]


class Tokens(Model):
    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    # Null where it went into the cookie.
    refresh_token: str | None
    user: User


class ApiKey(Model):
    """`parent_id` is the key that made it, and with which it ends."""

    id: str
    name: str
    roles: list[Role]
    scopes: list[Scope]
    parent_id: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    last_used_address: str


class NewApiKey(ApiKey):
    """The secret is shown here and never again."""

    secret: str


SettingsDocument = dict[str, Any]
