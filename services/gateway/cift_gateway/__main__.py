"""Wiring of the gateway: `python -m cift_gateway [migrate | user …]`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from cift_common import database, logging, service
from cift_common.messaging import Messenger

from cift_gateway import user_command
from cift_gateway.adapters.accounts import AccountStore
from cift_gateway.adapters.alertmanager import Alertmanager
from cift_gateway.adapters.api_keys import ApiKeyStore
from cift_gateway.adapters.attempts import Attempts
from cift_gateway.adapters.identities import IdentityStore
from cift_gateway.adapters.identity_provider import IdentityProvider
from cift_gateway.adapters.one_time_codes import CodeStore
from cift_gateway.adapters.outage import ANY_AWAY
from cift_gateway.adapters.passwords import Passwords
from cift_gateway.adapters.security_events import SecurityEventStore
from cift_gateway.adapters.sessions import SessionStore
from cift_gateway.adapters.users import UserStore
from cift_gateway.adapters.watchlists import WatchlistStore
from cift_gateway.api import app
from cift_gateway.api.context import Gateway
from cift_gateway.api.server import HttpServer
from cift_gateway.api.sockets import Sockets
from cift_gateway.service.authentication import Authenticator
from cift_gateway.service.books import Books
from cift_gateway.service.credential_watch import CredentialWatch
from cift_gateway.service.demo_user import DemoUser, GivenCredentials
from cift_gateway.service.feeds import Feeds
from cift_gateway.service.health import Health
from cift_gateway.service.last_use import LastUse
from cift_gateway.service.order_path import OrderPath
from cift_gateway.service.provisioning import Provisioning
from cift_gateway.service.revocations import Revocations
from cift_gateway.service.security_events import SecurityEvents
from cift_gateway.service.sign_up import SignUp
from cift_gateway.service.ticks import Ticks
from cift_gateway.service.user_access import UserAccess
from cift_gateway.service.users import Users
from cift_gateway.settings import Settings
from cift_gateway.wiring import backends_of

_log = logging.get(__name__)
_HOUSEKEEPING_SECONDS = 3600
_FLUSH_SECONDS = 2
_LAST_FLUSH_SECONDS = 3


@asynccontextmanager
async def start(settings: Settings, fatal: service.Fatal) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        pool = await database.connect_pool(settings.database_url, service="gateway")
        stack.push_async_callback(pool.close)
        messenger = await Messenger.connect(settings.nats_url, "gateway")
        stack.push_async_callback(messenger.close)
        backends = backends_of(settings)
        stack.push_async_callback(backends.close)
        passwords = Passwords()
        stack.callback(passwords.close)

        user_store, sessions, keys = UserStore(pool), SessionStore(pool), ApiKeyStore(pool)
        security_event_store = SecurityEventStore(pool)
        events = SecurityEvents(security_event_store)
        uses = LastUse(sessions, keys, events)
        authenticator = Authenticator(
            keys,
            sessions,
            settings.jwt_secret,
            cache_seconds=settings.credential_cache_seconds,
            rate_per_second=settings.api_rate_per_second,
            rate_burst=settings.api_rate_burst,
            uses=uses,
        )
        sockets = Sockets(
            settings.stream_clients_max, settings.stream_clients_per_user_max, settings.write_stall_seconds
        )
        watch = CredentialWatch(sessions, keys, user_store, settings.credential_check_seconds)
        watch.add(authenticator)
        watch.add(sockets)
        revocations = Revocations(messenger, authenticator, watch)
        attempts = Attempts(
            settings.cache_url,
            settings.log_in_rate_per_address,
            settings.log_in_rate_per_email,
            settings.log_in_rate_per_email_from_anywhere,
        )
        accounts = AccountStore(pool)
        sign_up = SignUp(settings.sign_up, accounts, CodeStore(pool), passwords, attempts, revocations, events)
        users = Users(
            user_store,
            sessions,
            keys,
            passwords,
            attempts,
            backends,
            revocations,
            events,
            jwt_secret=settings.jwt_secret,
            initial_deposit=format(settings.platform.initial_deposit, "f"),
            access_token_seconds=settings.access_token_seconds,
            refresh_token_seconds=settings.refresh_token_seconds,
            api_key_seconds_max=settings.api_key_seconds_max,
        )
        if settings.oidc_issuer:
            provider = IdentityProvider(settings.oidc_issuer, settings.oidc_audience, settings.oidc_jwks_url)
            authenticator.trust(
                Provisioning(
                    provider,
                    IdentityStore(pool),
                    users,
                    user_store,
                    revocations,
                    events,
                    settings.oidc_roles_claim,
                )
            )
        feeds = Feeds(backends, messenger, settings.stream_probe_seconds, settings.seal_secrets)
        stack.push_async_callback(feeds.close)
        await revocations.start()
        gateway = Gateway(
            settings=settings,
            platform=settings.platform,
            backends=backends,
            authenticator=authenticator,
            users=users,
            sign_up=sign_up,
            user_access=UserAccess(user_store, sessions, keys, lambda: backends, revocations, events),
            user_store=user_store,
            sessions=sessions,
            security_events=events,
            security_event_store=security_event_store,
            watchlists=WatchlistStore(pool),
            orders=OrderPath(backends, settings.orders_in_flight_max, settings.submit_timeout_seconds),
            feeds=feeds,
            ticks=Ticks(messenger, Books(backends)),
            sockets=sockets,
            health=Health(pool, backends),
            alertmanager=Alertmanager(settings.alertmanager_url),
        )
        limits = settings.connection_limits
        server = HttpServer(app.build(gateway), settings.http_listen, settings.trusted_proxies, limits)
        stack.push_async_callback(server.stop)
        fatal.watch(server.start())
        base_url = settings.base_url(server.port)
        given = _given(settings)
        demo = DemoUser(
            Path(settings.credentials_file), base_url, users, user_store, accounts, keys, passwords, revocations, given
        )
        tasks = [
            fatal.watch(asyncio.create_task(feeds.run(), name="feeds")),
            fatal.watch(asyncio.create_task(_begin(gateway, demo), name="begin")),
            fatal.watch(asyncio.create_task(_keep_house(users, sessions, sign_up), name="housekeeping")),
            fatal.watch(asyncio.create_task(watch.run(), name="credential watch")),
            fatal.watch(asyncio.create_task(_flush(uses, events), name="flush")),
        ]
        try:
            yield
        finally:
            gateway.health.stopping = True
            sockets.close()
            for task in tasks:
                task.cancel()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_FLUSH_SECONDS):
                    await uses.flush()
                    await events.flush()


def _given(settings: Settings) -> GivenCredentials | None:
    """A file comes first: it is for credentials of our own making."""
    if settings.credentials_file:
        return None
    if settings.demo_password is None or settings.demo_api_secret_key is None or not settings.demo_api_key_id:
        return None
    return GivenCredentials(
        settings.demo_password.get_secret_value(),
        settings.demo_api_key_id,
        settings.demo_api_secret_key.get_secret_value(),
    )


async def _begin(gateway: Gateway, demo: DemoUser) -> None:
    if gateway.settings.credentials_file or _given(gateway.settings) is not None:
        await demo.make()
    gateway.health.started = True


async def _flush(uses: LastUse, events: SecurityEvents) -> None:
    while True:
        await asyncio.sleep(_FLUSH_SECONDS)
        await uses.flush()
        await events.flush()


async def _keep_house(users: Users, sessions: SessionStore, sign_up: SignUp) -> None:
    while True:
        try:
            await users.open_missing_accounts()
            await sessions.delete_expired()
            await sign_up.delete_expired_codes()
        except ANY_AWAY as error:
            _log.warning("housekeeping has to wait", error=repr(error))
        await asyncio.sleep(_HOUSEKEEPING_SECONDS)


if __name__ == "__main__":
    if sys.argv[1:2] == ["user"]:
        sys.exit(user_command.main(sys.argv[2:]))
    service.main("gateway", Settings, start, schema="auth")
