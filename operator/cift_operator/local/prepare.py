"""What a store needs once, before its first start, that its image would do by itself."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from cift_operator.components.postgres_roles import APPLY
from cift_operator.local import unprivileged
from cift_operator.local.problem import Problem
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
    """The data folder and, each time, the roles with their passwords and rights."""
    data = process.folders[0]
    programs = Path(process.argv[0]).parent
    if (data / "PG_VERSION").exists():
        _same_major(data, process.version)
    else:
        _init(process, data, programs)
    environment = {name: process.env[name] for name in ("PGDATA", "CIFT_ROLES_FILE")}
    prefix = unprivileged.prefix([programs, data, *process.files])
    _run([*prefix, "/bin/sh", "-euc", APPLY], env=environment | {"PATH": f"{programs}:{os.defpath}"})


def _init(process: Process, data: Path, programs: Path) -> None:
    """initdb beside the data folder, then one rename: a data folder is whole or not there."""
    user, database = process.env["POSTGRES_USER"], process.env["POSTGRES_DB"]
    fresh = data.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    unprivileged.own_file(fresh)
    prefix = unprivileged.prefix([programs, fresh])
    _run(
        [
            *prefix,
            programs / "initdb",
            f"--pgdata={fresh}",
            f"--username={user}",
            "--auth=reject",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ]
    )
    _run([*prefix, programs / "postgres", "--single", "-D", fresh, "postgres"], f'CREATE DATABASE "{database}"\n')
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


def _run(command: list[str | Path], stdin: str = "", env: Mapping[str, str] | None = None) -> None:
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C", **(env or {})},
    )
    if done.returncode or "ERROR" in done.stderr:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise Problem(f"{Path(command[-2] if stdin else command[0]).name} failed: {tail}")
