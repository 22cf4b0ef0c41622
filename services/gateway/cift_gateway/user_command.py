"""`python -m cift_gateway user …`: users, for whoever operates the platform.

It works on the database with the gateway's own settings, so that the first admin needs no other one. The right to use
it is the right to run a command where the gateway runs.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from cift_common import database, logging, rpc, service
from cift_common.errors import CiftError, InvalidArgument, NotFound
from cift_common.messaging import Messenger
from pydantic import ValidationError

from cift_gateway.adapters.accounts import AccountStore
from cift_gateway.adapters.api_keys import ApiKeyStore
from cift_gateway.adapters.attempts import Attempts
from cift_gateway.adapters.backends import Backends
from cift_gateway.adapters.one_time_codes import CodeStore
from cift_gateway.adapters.outage import DATABASE_AWAY
from cift_gateway.adapters.passwords import Passwords
from cift_gateway.adapters.security_events import SecurityEventStore
from cift_gateway.adapters.sessions import SessionStore
from cift_gateway.adapters.users import User, UserStore
from cift_gateway.domain.email import normal_email
from cift_gateway.domain.one_time_code import OneTimeCode
from cift_gateway.domain.principal import Role
from cift_gateway.service.revocations import Revocations
from cift_gateway.service.security_events import SecurityEvents
from cift_gateway.service.sign_up import SignUp
from cift_gateway.service.user_access import UserAccess
from cift_gateway.settings import Settings
from cift_gateway.wiring import backends_of

_ACTOR = "operator"
_USERS_MAX = 1000
_WHAT = {
    "invite": "Sign up with this invite",
    "verify": "Show with this code that the address is yours",
    "reset": "Set the password with this code",
}


@dataclass(frozen=True, slots=True)
class _Tools:
    settings: Settings
    users: UserStore
    sessions: SessionStore
    sign_up: SignUp
    revocations: Revocations
    access: UserAccess


def main(arguments: Sequence[str]) -> int:
    """Runs one command. Returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings()
    except ValidationError as error:
        print(f"the gateway's settings are incomplete: {error}", file=sys.stderr)
        return 1
    logging.configure("gateway", settings)
    try:
        asyncio.run(_run(options, settings))
    except CiftError as error:
        print(error.message, file=sys.stderr)
        return 1
    except DATABASE_AWAY as error:
        print(f"the database does not answer: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="user", description="Manage users.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("list", help="List users and their roles.")
    helps = {
        "create": "Create a user and print a code that sets the password.",
        "invite": "Print an invite for an e-mail address.",
        "verify": "Print a code that proves an e-mail address.",
        "reset": "Print a code that sets a new password.",
        "roles": "Replace the roles of a user.",
        "log-out": "End all sessions of a user.",
        "disable": "End a user's sessions and keys, and let them in no more.",
        "enable": "Let a disabled user log in again.",
    }
    for name, text in helps.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("email", metavar="EMAIL")
        if name in ("create", "invite", "roles"):
            command.add_argument(
                "--role",
                dest="roles",
                action="append",
                choices=[role.value for role in Role],
                required=name == "roles",
                help="A role of the user; repeat it for several. Defaults to trader.",
            )
        if name == "disable":
            command.add_argument("--cancel-orders", action="store_true", help="Also cancel the user's open orders.")
            command.add_argument("--reason", default="", help="Why; kept with the security event.")
        if name == "verify":
            command.add_argument("--now", action="store_true", help="Vouch for the address instead.")
    return parser


async def _run(options: argparse.Namespace, settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        pool = await database.connect_pool(settings.database_url, service="gateway")
        stack.push_async_callback(pool.close)
        messenger = await Messenger.connect(settings.nats_url, "gateway users")
        stack.push_async_callback(messenger.close)
        passwords = Passwords()
        stack.callback(passwords.close)
        revocations = Revocations(messenger)
        attempts = Attempts(
            settings.cache_url,
            settings.log_in_rate_per_address,
            settings.log_in_rate_per_email,
            settings.log_in_rate_per_email_from_anywhere,
        )
        events = SecurityEvents(SecurityEventStore(pool))
        sign_up = SignUp(
            settings.sign_up, AccountStore(pool), CodeStore(pool), passwords, attempts, revocations, events
        )

        def backends() -> Backends:
            rpc.secure(service.tls(settings), "")
            rpc.restrict(None, {at: token.get_secret_value() for at, token in settings.peer_tokens.items()})
            made = backends_of(settings)
            stack.push_async_callback(made.close)
            return made

        users, sessions = UserStore(pool), SessionStore(pool)
        access = UserAccess(users, sessions, ApiKeyStore(pool), backends, revocations, events)
        await _do(options, _Tools(settings, users, sessions, sign_up, revocations, access))


async def _do(options: argparse.Namespace, tools: _Tools) -> None:
    sign_up = tools.sign_up
    if options.command == "list":
        for user in await tools.users.every(_USERS_MAX):
            verified = "verified" if user.email_verified else "unverified"
            disabled = "  disabled" if user.is_disabled else ""
            print(f"{user.id}  {user.email}  {verified}  {' '.join(user.roles)}{disabled}")
    elif options.command in ("create", "invite"):
        make = sign_up.create if options.command == "create" else sign_up.invite
        roles = [Role(role) for role in options.roles or (Role.TRADER,)]
        _show(tools.settings, await make(options.email, roles, _ACTOR))
    elif options.command == "verify" and options.now:
        await sign_up.mark_verified(await _user(tools, options.email))
        print(f"The address {options.email} is verified.")
    elif options.command == "verify":
        _show(tools.settings, await sign_up.verification(await _user(tools, options.email), _ACTOR))
    elif options.command == "reset":
        _show(tools.settings, await sign_up.reset(await _user(tools, options.email), _ACTOR))
    elif options.command == "roles":
        user = await _user(tools, options.email)
        await tools.access.set_roles(user.id, [Role(role) for role in options.roles])
        print(f"{user.email} has the roles {' '.join(dict.fromkeys(options.roles))}.")
    elif options.command == "log-out":
        user = await _user(tools, options.email)
        ended = await tools.sessions.revoke_all(user.id, "ended by an operator")
        await tools.revocations.announce(ended)
        print(f"{len(ended)} sessions of {user.email} are ended.")
    elif options.command == "disable":
        user = await _user(tools, options.email)
        done = await tools.access.disable(user.id, cancel_orders=options.cancel_orders, reason=options.reason)
        orders = "" if done.orders_canceled is None else f" {done.orders_canceled} orders are being canceled."
        print(f"{user.email} is disabled.{orders}")
    elif options.command == "enable":
        user = await tools.access.enable((await _user(tools, options.email)).id)
        print(f"{user.email} can log in again.")


async def _user(tools: _Tools, email: str) -> User:
    try:
        user = await tools.users.by_email(normal_email(email))
    except InvalidArgument:
        # An address of our own making is none that anybody could sign up with.
        user = await tools.users.by_email(email.strip().lower())
    if user is None:
        raise NotFound(f"no user has the address {email}; the command list shows all", field="email")
    return user


def _show(settings: Settings, code: OneTimeCode) -> None:
    expires = datetime.fromtimestamp(code.expires_at_ns // 10**9, UTC).strftime("%Y-%m-%d %H:%M UTC")
    print(f"{_WHAT[code.purpose]}, once, until {expires}. It is shown here and never again.")
    print(f"  For    {code.email}")
    print(f"  Code   {code.text}")
    print(f"  Link   {code.link(settings.base_url(int(settings.http_listen.rpartition(':')[2])))}")
