"""`/auth`: how people become users, show that an address is theirs, and get a new password."""

from fastapi import APIRouter, Request, Response

from cift_gateway.api.context import Caller, Gateway, Here, address_of
from cift_gateway.api.models import accounts as models
from cift_gateway.api.reply import nothing, reply
from cift_gateway.api.routes.auth import PUBLIC, uuid_of
from cift_gateway.api.routing import Route
from cift_gateway.domain.one_time_code import OneTimeCode
from cift_gateway.domain.times import rfc3339

router = APIRouter(route_class=Route, tags=["auth"])
_NO_STORE = {"Cache-Control": "no-store"}


def _code(gateway: Gateway, request: Request, code: OneTimeCode) -> Response:
    base_url = gateway.settings.public_url or str(request.base_url)
    return reply(
        {
            "purpose": code.purpose,
            "email": code.email,
            "code": code.text,
            "link": code.link(base_url),
            "expires_at": rfc3339(code.expires_at_ns),
        },
        201,
        _NO_STORE,
    )


@router.post("/auth/signup", response_model=models.SignedUp, status_code=201, openapi_extra=PUBLIC)
async def sign_up(request: Request, gateway: Here, body: models.SignUp) -> Response:
    """Makes a user with a paper account of their own, who logs in next. The answer is the same if the address has an
    account already.
    """
    email = await gateway.sign_up.sign_up(body.email, body.password, body.invite, address_of(request))
    return reply({"email": email, "next": "log in"}, 201, _NO_STORE)


@router.get("/auth/signup", response_model=models.SignUpPolicy, openapi_extra=PUBLIC)
async def get_sign_up(gateway: Here) -> Response:
    """Who may sign up: nobody (closed), people with an invite, or everybody (open)."""
    return reply({"mode": gateway.settings.sign_up})


@router.post("/auth/email/verify", status_code=204, openapi_extra=PUBLIC)
async def verify_email(request: Request, gateway: Here, body: models.VerifyEmail) -> Response:
    """Shows with a code that an address is its user's: nobody else can take it any more."""
    await gateway.sign_up.verify_email(body.code, address_of(request))
    return nothing()


@router.post("/auth/password/reset", status_code=204, openapi_extra=PUBLIC)
async def reset_password(request: Request, gateway: Here, body: models.ResetPassword) -> Response:
    """Sets a new password with a code, and ends all sessions of its user; API keys stay."""
    await gateway.sign_up.set_password(body.code, body.new_password, address_of(request))
    return nothing()


@router.post("/auth/invites", response_model=models.Code, status_code=201)
async def create_invite(request: Request, gateway: Here, caller: Caller, body: models.CreateInvite) -> Response:
    """Makes an invite for one address, good once, for a week; for admins. An earlier one for it ends."""
    return _code(gateway, request, await gateway.sign_up.invite(body.email, body.roles, caller.email))


@router.post("/auth/users/{user_id}/verification", response_model=models.Code, status_code=201)
async def create_verification(request: Request, gateway: Here, caller: Caller, user_id: str) -> Response:
    """Makes a code to send to a user's address, good once, for a day; for admins."""
    user = await gateway.user_store.by_id(uuid_of("user", user_id))
    return _code(gateway, request, await gateway.sign_up.verification(user, caller.email))


@router.post("/auth/users/{user_id}/password-reset", response_model=models.Code, status_code=201)
async def create_password_reset(request: Request, gateway: Here, caller: Caller, user_id: str) -> Response:
    """Makes a code that sets a user's password, good once, for an hour; for admins."""
    user = await gateway.user_store.by_id(uuid_of("user", user_id))
    return _code(gateway, request, await gateway.sign_up.reset(user, caller.email))
