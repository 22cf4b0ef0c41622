"""What a store needs once, before its first start, that its image would do by itself."""

import os
import shutil
import subprocess
from pathlib import Path

from cift_operator.local import unprivileged
from cift_operator.local.problem import Problem
from cift_operator.local.state import write_private
from cift_operator.render.local import Process


def prepare(process: Process) -> None:
    """Makes what is missing in the process's data folder; raises `Problem`."""
    if process.name == "postgres":
        _postgres(process)
    if process.name == "questdb":
        # Java's temporary files, where the natives are unpacked.
        temporary = process.folders[0] / "tmp"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(mode=0o700, parents=True)
        unprivileged.own_file(temporary)


def _postgres(process: Process) -> None:
    """initdb beside the data folder, then one rename: a data folder is whole or not there."""
    data = process.folders[0]
    programs = Path(process.argv[0]).parent
    if (data / "PG_VERSION").exists():
        _same_major(data, process.version)
        return
    user, database = process.env["POSTGRES_USER"], process.env["POSTGRES_DB"]
    fresh, password = data.with_name("postgres.new"), data.with_name("postgres.password")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    unprivileged.own_file(fresh)
    write_private(password, process.env["POSTGRES_PASSWORD"] + "\n")
    unprivileged.own_file(password)
    prefix = unprivileged.prefix([programs, fresh])
    try:
        _run(
            [
                *prefix,
                programs / "initdb",
                f"--pgdata={fresh}",
                f"--username={user}",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
            ]
        )
        _run([*prefix, programs / "postgres", "--single", "-D", fresh, "postgres"], f'CREATE DATABASE "{database}"\n')
    finally:
        password.unlink(missing_ok=True)
    if data.exists():
        data.rmdir()
    fresh.rename(data)


def _same_major(data: Path, version: str) -> None:
    major = (data / "PG_VERSION").read_text().strip()
    if version and major != version.partition(".")[0]:
        raise Problem(
            f"the data in {data} is PostgreSQL {major}'s, and the program is {version}",
            "dump it with the old version and load it into the new one, or start anew: cift down --purge",
        )


def _run(command: list[str | Path], stdin: str = "") -> None:
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
    )
    if done.returncode or "ERROR" in done.stderr:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise Problem(f"{Path(command[-2] if stdin else command[0]).name} failed: {tail}")
