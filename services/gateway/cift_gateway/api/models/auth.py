"""Users, sessions, keys: what comes in and what goes out."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from cift_gateway.api.models import Model
from cift_gateway.domain.fields import PRINTABLE
from cift_gateway.domain.principal import Role

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
    # Absent: all that the user has.
    roles: list[Role] | None = None


class SetRoles(BaseModel):
    roles: list[Role]


class User(Model):
    id: str
    email: str
    roles: list[Role]
    account_id: str
    # Whether somebody showed that the address is theirs; until then its owner can take it.
    email_verified: bool
    created_at: datetime


class Tokens(Model):
    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    # Null where it went into the cookie.
    refresh_token: str | None
    user: User


class ApiKey(Model):
    id: str
    name: str
    roles: list[Role]
    created_at: datetime


class NewApiKey(ApiKey):
    """The secret is shown here and never again."""

    secret: str


SettingsDocument = dict[str, Any]
