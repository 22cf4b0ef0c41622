"""Seals the audit trail: chains its entries in the order of their commits, signs the head, anchors it outside.

An order's own commit does not wait for any of this. An entry is sealed once no transaction that could still write
before it is under way, so nothing that is committed late is left out.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg
from cift_common import audit, logging
from cift_common.audit import Checkpoint, Entry
from cift_common.database import OUTAGE, WriterLock
from cift_common.ids import Clock

from cift_trading import metrics
from cift_trading.adapters.anchor import Anchor

_log = logging.get(__name__)
BATCH = 5_000
FINISH_SECONDS = 3.0

_HEAD = "SELECT sequence, hash FROM trading.audit_seals ORDER BY sequence DESC LIMIT 1"
_NEWEST_CHECKPOINTS = "SELECT * FROM trading.audit_checkpoints ORDER BY sequence DESC"
_COLUMNS = "e.position, e.xid::text AS xid, e.account_id, e.order_id, e.sequence, e.kind, e.payload, e.recorded_at"


def entry(sequence: int, row: Any) -> Entry:
    """Everything that the store has of an event."""
    return Entry(
        sequence,
        (
            str(row["position"]),
            row["xid"],
            str(row["account_id"]),
            str(row["order_id"] or ""),
            str(row["sequence"] or ""),
            row["kind"],
            bytes(row["payload"]).hex(),
            row["recorded_at"].isoformat(),
        ),
    )


class Sealer:
    """One at a time, by advisory lock; a restart goes on where the last seal is."""

    def __init__(
        self, url: str, secret: bytes, anchor: Path, clock: Clock, *, seal_seconds: float, checkpoint_seconds: float
    ) -> None:
        self._lock = WriterLock(url, "trading audit")
        self._key, self._anchor, self._clock = audit.signing_key(secret), Anchor(anchor), clock
        self._seal_seconds, self._checkpoint_seconds = seal_seconds, checkpoint_seconds
        self._signed = 0

    async def run(self) -> None:
        """Ends only by cancellation; the trail waits while the database is away."""
        while True:
            try:
                await self._lock.acquire()
                await self._work()
            except (asyncpg.PostgresError, *OUTAGE) as error:
                _log.warning("the audit trail waits", error=repr(error))
                await asyncio.sleep(1)
            finally:
                await self._lock.release()

    async def _work(self) -> None:
        self._signed = await self._lock.connection.fetchval(
            "SELECT coalesce(max(sequence), 0) FROM trading.audit_checkpoints"
        )
        rows = await self._lock.connection.fetch(f"{_NEWEST_CHECKPOINTS} LIMIT 1")
        await asyncio.to_thread(self._anchor.repair, [_checkpoint(row) for row in rows])
        signed_at = 0.0
        while True:
            head = await self.seal()
            if head > self._signed and time.monotonic() >= signed_at + self._checkpoint_seconds:
                await self.sign()
                signed_at = time.monotonic()
            await asyncio.sleep(self._seal_seconds)

    async def finish(self) -> None:
        """Seals and signs what there is, at the end of the service; the next start does it where this cannot."""
        try:
            async with asyncio.timeout(FINISH_SECONDS):
                await self._lock.acquire()
                if await self.seal() > self._signed:
                    await self.sign()
        except (asyncpg.PostgresError, *OUTAGE) as error:
            _log.warning("the audit trail was not finished", error=repr(error))
        finally:
            await self._lock.release()

    async def seal(self) -> int:
        """Seals everything that is final; gives the sequence of the head."""
        connection = self._lock.connection
        while True:
            async with connection.transaction():
                # Transactions that began before the sealer may still commit; nothing older than `horizon` can.
                horizon = await connection.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
                head = await connection.fetchrow(
                    "SELECT sequence, hash FROM trading.audit_seals ORDER BY 1 DESC LIMIT 1"
                )
                sequence, previous = (head["sequence"], bytes(head["hash"])) if head else (0, audit.GENESIS)
                found = await connection.fetch(
                    f"""SELECT {_COLUMNS} FROM trading.events e, trading.audit_sealer s
                        WHERE e.xid >= s.horizon AND e.xid < $1::text::xid8
                          AND NOT EXISTS (SELECT FROM trading.audit_seals a WHERE a.position = e.position)
                        ORDER BY e.xid, e.position LIMIT {BATCH}""",
                    horizon,
                )
                seals = []
                for row in found:
                    sequence += 1
                    previous = audit.next_hash(previous, entry(sequence, row))
                    seals.append((sequence, row["position"], previous))
                await connection.copy_records_to_table(
                    "audit_seals", schema_name="trading", records=seals, columns=("sequence", "position", "hash")
                )
                if found:
                    reached = found[-1]["xid"] if len(found) == BATCH else horizon
                    await connection.execute("UPDATE trading.audit_sealer SET horizon = $1::text::xid8", reached)
            metrics.sealed_events.inc(len(found))
            metrics.audit_head.set(sequence)
            if len(found) < BATCH:
                return sequence

    async def sign(self) -> None:
        connection = self._lock.connection
        head = await connection.fetchrow(_HEAD)
        checkpoint = audit.sign_checkpoint(self._key, head["sequence"], bytes(head["hash"]), self._clock())
        # The anchor first: a head that is in the database alone proves nothing.
        await asyncio.to_thread(self._anchor.append, checkpoint)
        await connection.execute(
            "INSERT INTO trading.audit_checkpoints (sequence, hash, signed_at_ns, signature) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT DO NOTHING",
            checkpoint.sequence,
            checkpoint.hash,
            checkpoint.signed_at_ns,
            checkpoint.signature,
        )
        self._signed = checkpoint.sequence


async def begin_anchor(url: str, secrets: Sequence[bytes], anchor: Path) -> int:
    """Where there is no anchor yet: writes one of the checkpoints in the database that these keys have signed, for a
    database that was restored from a backup. How many it wrote."""
    file = Anchor(anchor)
    if await asyncio.to_thread(file.exists):
        return 0
    keys = audit.public_keys(secrets)
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT * FROM trading.audit_checkpoints ORDER BY sequence")
    finally:
        await connection.close()
    ours = [checkpoint for checkpoint in map(_checkpoint, rows) if audit.signer(keys, checkpoint) is not None]
    if ours:
        await asyncio.to_thread(file.create, ours)
    return len(ours)


async def verify(url: str, secrets: Sequence[bytes], anchor: Path) -> tuple[str, list[str]]:
    """One sentence about the trail, and what is wrong with it, in sentences; none where it is whole.

    `secrets`: the one that signs now, then those before it, the newest first.
    """
    keys = audit.public_keys(secrets)
    contents = await asyncio.to_thread(Anchor(anchor).read)
    anchored, problems = list(contents.checkpoints), list(contents.problems)
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            stored = [_checkpoint(row) for row in await connection.fetch(_NEWEST_CHECKPOINTS)]
            # The service completes the line at its next start; the database has all of it.
            anchored += [checkpoint for checkpoint in stored[:1] if contents.is_beginning_of(checkpoint)]
            verification = audit.Verification(stored + anchored, keys)
            sealed = await _walk(connection, verification)
            left_out, waiting = await _unsealed(connection)
    finally:
        await connection.close()
    problems += verification.finish()
    problems += [f"event {position} was slipped in after its time was sealed" for position in left_out]
    if stored and not anchored:
        problems.append(f"the anchor {anchor} is gone or empty")
    heads = {checkpoint.sequence for checkpoint in anchored}
    problems += [
        f"checkpoint {checkpoint.sequence} is not in the anchor"
        for checkpoint in stored
        if heads and checkpoint.sequence not in heads
    ]
    summary = f"{sealed} entries sealed, {waiting} waiting, {len(stored)} checkpoints, {len(anchored)} anchored"
    if contents.torn:
        summary += f", a torn last line of {len(contents.torn)} bytes in the anchor"
    by = Counter(number for one in stored if (number := audit.signer(keys, one)) is not None)
    signed = ", ".join(f"{count} by {audit.key_id(keys[number])}" for number, count in sorted(by.items()))
    return (f"{summary}, signed {signed}" if signed else summary), problems


def _checkpoint(row: Any) -> Checkpoint:
    return Checkpoint(row["sequence"], bytes(row["hash"]), row["signed_at_ns"], bytes(row["signature"]))


async def _walk(connection: Any, verification: audit.Verification) -> int:
    sealed = 0
    query = f"""SELECT s.sequence AS seal, s.position AS sealed_position, s.hash, {_COLUMNS}
                FROM trading.audit_seals s LEFT JOIN trading.events e ON e.position = s.position ORDER BY s.sequence"""
    async for row in connection.cursor(query, prefetch=BATCH):
        sealed += 1
        if row["position"] is None:
            verification.problems.append(f"entry {row['seal']} (event {row['sealed_position']}) was deleted")
            verification.add(Entry(row["seal"], ()), bytes(row["hash"]))
        else:
            verification.add(entry(row["seal"], row), bytes(row["hash"]))
    return sealed


async def _unsealed(connection: Any) -> tuple[list[int], int]:
    """The positions of events that should have a seal and have none, and how many are still to get one."""
    rows = await connection.fetch(
        """SELECT e.position, e.xid < s.horizon AS is_late FROM trading.events e, trading.audit_sealer s
           WHERE NOT EXISTS (SELECT FROM trading.audit_seals a WHERE a.position = e.position) ORDER BY e.position"""
    )
    return [row["position"] for row in rows if row["is_late"]], sum(not row["is_late"] for row in rows)
