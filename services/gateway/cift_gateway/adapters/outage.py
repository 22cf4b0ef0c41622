"""What the database's client raises when the server is away, starts, stops, or vanishes in the middle of a query."""

import asyncpg
from cift_common.errors import CiftError

DATABASE_AWAY: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
    TimeoutError,
)
# The same, or a service said no.
ANY_AWAY: tuple[type[Exception], ...] = (CiftError, *DATABASE_AWAY)
