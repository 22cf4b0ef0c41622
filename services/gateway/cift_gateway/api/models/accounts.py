"""Sign-up, invites, verified addresses, new passwords: what comes in and what goes out."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from cift_gateway.api.models import Model
from cift_gateway.api.models.auth import Email, Password
from cift_gateway.domain.one_time_code import Purpose
from cift_gateway.domain.principal import Role
from cift_gateway.domain.sign_up_mode import SignUpMode

CodeText = Annotated[str, Field(min_length=1, max_length=256)]


class SignUp(BaseModel):
    email: Email
    password: Password
    # Needed where the sign-up mode is invited.
    invite: CodeText | None = None


class SignedUp(Model):
    """The same for an address that has an account."""

    email: str
    next: Literal["log in"]


class SignUpPolicy(Model):
    mode: SignUpMode


class VerifyEmail(BaseModel):
    code: CodeText


class ResetPassword(BaseModel):
    code: CodeText
    new_password: Password


class CreateInvite(BaseModel):
    email: Email
    # What the user will be.
    roles: list[Role] = Field(default_factory=lambda: [Role.TRADER])


class Code(Model):
    """The code is shown here and never again; only its hash is kept. The link opens the terminal with it."""

    purpose: Purpose
    email: str
    code: str
    link: str
    expires_at: datetime
