"""Security events, in `auth.security_events`, which takes inserts only."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg

from cift_gateway.domain.security_event import SecurityEvent


@dataclass(frozen=True, slots=True)
class Entry:
    """`actor_*` and `credential`: who did it; `user_id` and `email`: whom it is about. Empty: nobody known."""

    id: str
    event: str
    occurred_at_ns: int
    actor_id: str = ""
    actor_email: str = ""
    credential: str = ""
    user_id: str = ""
    email: str = ""
    address: str = ""
    user_agent: str = ""
    details: dict[str, str] = field(default_factory=dict)


_COLUMNS = "id, event, occurred_at, actor_id, actor_email, credential, user_id, email, address, user_agent, details"


class SecurityEventStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def insert(self, entries: Sequence[Entry]) -> None:
        """An entry that is stored already stays as it is."""
        await self._pool.executemany(
            f"INSERT INTO auth.security_events ({_COLUMNS})"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb) ON CONFLICT (id) DO NOTHING",
            [
                (
                    entry.id,
                    entry.event,
                    datetime.fromtimestamp(entry.occurred_at_ns // 1000 / 1_000_000, UTC),
                    entry.actor_id or None,
                    entry.actor_email,
                    entry.credential,
                    entry.user_id or None,
                    entry.email,
                    entry.address,
                    entry.user_agent,
                    json.dumps(entry.details),
                )
                for entry in entries
            ],
        )

    async def newest(
        self, limit: int, *, event: SecurityEvent | None = None, user_id: str | None = None, before: str | None = None
    ) -> list[Entry]:
        """Newest first; `before`: older than the entry with this id. `user_id`: who did it, or whom it is about."""
        rows = await self._pool.fetch(
            f"SELECT {_COLUMNS} FROM auth.security_events WHERE ($1::text IS NULL OR event = $1)"
            " AND ($2::uuid IS NULL OR actor_id = $2 OR user_id = $2) AND ($3::uuid IS NULL OR id < $3)"
            " ORDER BY id DESC LIMIT $4",
            event,
            user_id,
            before,
            limit,
        )
        return [
            Entry(
                str(row["id"]),
                row["event"],
                int(row["occurred_at"].timestamp() * 1_000_000) * 1000,
                str(row["actor_id"] or ""),
                row["actor_email"],
                row["credential"],
                str(row["user_id"] or ""),
                row["email"],
                row["address"],
                row["user_agent"],
                json.loads(row["details"]),
            )
            for row in rows
        ]
