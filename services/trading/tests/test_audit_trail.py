"""The audit trail on a real database: whatever is done to it behind the service's back is found."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from cift_common import audit
from cift_trading import audit_trail

from .conftest import World, until

SECRET = bytes.fromhex("22" * 32)


@dataclass
class Trail:
    """A sealed trail of a platform that was stopped, to be copied and damaged."""

    url: str
    anchor: Path
    entries: int

    async def copy(self) -> str:
        """The URL of a copy of the database."""
        name = f"copy_{secrets.token_hex(4)}"
        parts = urlsplit(self.url)
        connection = await asyncpg.connect(urlunsplit(parts._replace(path="/postgres")))
        try:
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {parts.path[1:]} STRATEGY file_copy")
        finally:
            await connection.close()
        return urlunsplit(parts._replace(path=f"/{name}"))


@pytest.fixture(scope="module")
async def trail(shared_world: World) -> AsyncIterator[Trail]:
    trading = shared_world.trading
    await shared_world.quote()
    account_id = await trading.open_account()
    for _ in range(5):
        await trading.reaches(await trading.submit(account_id), "FILLED")
    await trading.end()
    entries = await shared_world.database.fetchval("SELECT count(*) FROM trading.audit_seals")
    await shared_world.database.close()
    anchor = Path(trading.environment["CIFT_AUDIT_ANCHOR"])
    yield Trail(trading.environment["CIFT_DATABASE_URL"], anchor, entries)
    await shared_world.reconnect()
    await trading.start()


async def test_a_whole_trail_is_found_whole(trail: Trail, shared_world: World) -> None:
    verdict = await asyncio.to_thread(shared_world.trading.run, "verify-audit")
    assert verdict.returncode == 0, verdict.stdout
    assert f"audit trail ok: {trail.entries} entries sealed, 0 waiting" in verdict.stdout


MIDDLE = "(SELECT position FROM trading.audit_seals WHERE sequence = 7)"
DAMAGES: dict[str, tuple[str, str]] = {
    "edited": (f"UPDATE trading.events SET kind = 'CANCELED' WHERE position = {MIDDLE}", "is not what was sealed"),
    "payload edited": (
        f"UPDATE trading.events SET payload = payload || '\\x00' WHERE position = {MIDDLE}",
        "is not what was sealed",
    ),
    "time edited": (
        f"UPDATE trading.events SET recorded_at = recorded_at + interval '1 microsecond' WHERE position = {MIDDLE}",
        "is not what was sealed",
    ),
    "deleted": (f"DELETE FROM trading.events WHERE position = {MIDDLE}", "was deleted"),
    "deleted with its seal": (
        f"DELETE FROM trading.events WHERE position = {MIDDLE}; DELETE FROM trading.audit_seals WHERE sequence = 7",
        "entry 7 is missing",
    ),
    "swapped": (
        "CREATE TEMPORARY TABLE kept AS SELECT sequence, position FROM trading.audit_seals WHERE sequence IN (7, 8);"
        " UPDATE trading.audit_seals SET position = -sequence WHERE sequence IN (7, 8);"
        " UPDATE trading.audit_seals s SET position = k.position FROM kept k WHERE s.sequence = 15 - k.sequence",
        "is not what was sealed",
    ),
    "slipped in": (
        "INSERT INTO trading.events (xid, account_id, kind, payload) SELECT xid, account_id, kind, payload"
        f" FROM trading.events WHERE position = {MIDDLE}",
        "was slipped in",
    ),
    "cut": (
        "DELETE FROM trading.events WHERE position IN (SELECT position FROM trading.audit_seals WHERE sequence > 9);"
        " DELETE FROM trading.audit_seals WHERE sequence > 9;"
        " DELETE FROM trading.audit_checkpoints WHERE sequence > 9",
        "the trail ends at 9",
    ),
    "emptied": (
        "TRUNCATE trading.events, trading.audit_seals, trading.audit_checkpoints",
        "the trail ends at 0",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_damage_is_found(trail: Trail, damage: str) -> None:
    statements, finding = DAMAGES[damage]
    url = await trail.copy()
    connection = await asyncpg.connect(url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await connection.execute("DELETE FROM trading.events")
    # Who owns the database can do this; that is what seals are for.
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(statements)
    await connection.close()
    _, problems = await audit_trail.verify(url, (SECRET,), trail.anchor)
    assert any(finding in problem for problem in problems), problems


async def test_a_chain_computed_anew_lacks_the_signature(trail: Trail) -> None:
    url = await trail.copy()
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(f"UPDATE trading.events SET kind = 'FORGED' WHERE position = {MIDDLE}")
    previous = audit.GENESIS
    for row in await connection.fetch(
        "SELECT s.sequence AS seal, e.*, e.xid::text AS xid FROM trading.audit_seals s JOIN trading.events e"
        " USING (position) ORDER BY seal"
    ):
        previous = audit.next_hash(previous, audit_trail.entry(row["seal"], row))
        await connection.execute("UPDATE trading.audit_seals SET hash = $2 WHERE sequence = $1", row["seal"], previous)
    await connection.execute("UPDATE trading.audit_checkpoints SET hash = $1", previous)
    await connection.close()
    _, problems = await audit_trail.verify(url, (SECRET,), trail.anchor)
    assert any("is not ours" in problem for problem in problems)
    assert any("is not the one that was signed" in problem for problem in problems)


async def test_a_restored_database_gets_an_anchor_of_what_its_key_has_signed(trail: Trail, tmp_path: Path) -> None:
    anchor = tmp_path / "anchor.jsonl"
    assert await audit_trail.begin_anchor(trail.url, (bytes(32),), anchor) == 0
    assert await audit_trail.begin_anchor(trail.url, (SECRET,), anchor) > 0
    assert await audit_trail.begin_anchor(trail.url, (SECRET,), anchor) == 0
    assert await audit_trail.verify(trail.url, (SECRET,), anchor) == await audit_trail.verify(
        trail.url, (SECRET,), trail.anchor
    )


def _without_last(lines: list[str]) -> list[str]:
    return lines[:-1]


def _foreign(lines: list[str]) -> list[str]:
    return [*lines[:-1], json.dumps({**json.loads(lines[-1]), "signed_at_ns": 1})]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (_without_last, "is not in the anchor"),
        (_foreign, "is not ours"),
        (lambda lines: [*lines, "rubbish"], "is not a checkpoint"),
        (lambda lines: [*lines[1:]], "does not follow"),
        (lambda lines: [lines[-1], *lines[:-1]], "does not follow"),
        (lambda _: [], "is gone or empty"),
    ],
)
async def test_a_damaged_anchor_is_found(
    trail: Trail, tmp_path: Path, change: Callable[[list[str]], list[str]], finding: str
) -> None:
    anchor = tmp_path / "anchor.jsonl"
    anchor.write_text("".join(f"{line}\n" for line in change(trail.anchor.read_text().splitlines())))
    _, problems = await audit_trail.verify(trail.url, (SECRET,), anchor)
    assert any(finding in problem for problem in problems), problems


@pytest.mark.parametrize("lost", [1, 100])
async def test_a_torn_last_line_is_completed_and_breaks_nothing(trail: Trail, tmp_path: Path, lost: int) -> None:
    url, whole = await trail.copy(), trail.anchor.read_bytes()
    anchor = tmp_path / "anchor.jsonl"
    anchor.write_bytes(whole[:-lost])
    summary, problems = await audit_trail.verify(url, (SECRET,), anchor)
    assert problems == []
    assert "a torn last line" in summary
    sealer = audit_trail.Sealer(url, SECRET, anchor, lambda: 1, seal_seconds=0.01, checkpoint_seconds=0.01)
    work = asyncio.create_task(sealer.run())

    async def completed() -> bool:
        return anchor.read_bytes() == whole

    await until(completed, "the line to be completed")
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


async def test_what_is_committed_late_is_not_left_out(trail: Trail, tmp_path: Path) -> None:
    url = await trail.copy()
    anchor = tmp_path / "anchor.jsonl"
    anchor.write_text(trail.anchor.read_text())
    early, late = await asyncpg.connect(url), await asyncpg.connect(url)
    add = "INSERT INTO trading.events (account_id, kind, payload) VALUES (gen_random_uuid(), 'NOTE', '')"
    transaction = early.transaction()
    await transaction.start()
    await early.execute(add)
    await late.execute(add)
    sealer = audit_trail.Sealer(url, SECRET, anchor, lambda: 1, seal_seconds=0.01, checkpoint_seconds=0.01)
    work = asyncio.create_task(sealer.run())
    for _ in range(2):
        await late.execute(add)

    async def sealed(count: int) -> bool:
        return bool(await late.fetchval("SELECT count(*) FROM trading.audit_seals") == trail.entries + count)

    assert await sealed(0)
    await transaction.commit()
    await until(lambda: sealed(4), "all four to be sealed")
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await early.close()
    await late.close()
    _, problems = await audit_trail.verify(url, (SECRET,), anchor)
    assert problems == []


async def test_a_new_key_signs_and_the_old_one_still_proves(trail: Trail, tmp_path: Path) -> None:
    url, new = await trail.copy(), bytes.fromhex("33" * 32)
    anchor = tmp_path / "anchor.jsonl"
    anchor.write_text(trail.anchor.read_text())
    connection = await asyncpg.connect(url)
    await connection.execute(
        "INSERT INTO trading.events (account_id, kind, payload) VALUES (gen_random_uuid(), 'NOTE', '')"
    )
    sealer = audit_trail.Sealer(url, new, anchor, lambda: 1, seal_seconds=0.01, checkpoint_seconds=0.01)
    work = asyncio.create_task(sealer.run())

    async def signed() -> bool:
        last = await connection.fetchval("SELECT max(sequence) FROM trading.audit_checkpoints")
        return bool(last == trail.entries + 1)

    await until(signed, "the new entry to be signed")
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    await connection.close()
    summary, problems = await audit_trail.verify(url, (new, SECRET), anchor)
    assert problems == []
    assert all(f"by {audit.key_id(key)}" in summary for key in audit.public_keys((new, SECRET)))
    _, problems = await audit_trail.verify(url, (new,), anchor)
    assert any("is not ours" in problem for problem in problems)
