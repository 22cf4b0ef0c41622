"""Prometheus, Alertmanager and Jaeger: the program on PATH, else built once by Go into a cache of the user's."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cift_operator.local.problem import Problem

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Source:
    """A program and the Go module that it is built from."""

    names: tuple[str, ...]
    """As it may be called on PATH."""
    module: str
    version: str
    package: str
    debian: str = ""
    flags: tuple[str, ...] = ()
    pages: str = ""
    """A web page that the build wants and the module does not have."""


SOURCES = {
    # Without discovery of cloud machines it is half the size, and none of it is needed.
    "prometheus": Source(
        ("prometheus",), "github.com/prometheus/prometheus", "v0.316.0", "./cmd/prometheus", "prometheus",
        ("-tags", "remove_all_sd"),
    ),
    "promtool": Source(
        ("promtool",), "github.com/prometheus/prometheus", "v0.316.0", "./cmd/promtool", "prometheus",
        ("-tags", "remove_all_sd"),
    ),
    "alertmanager": Source(
        ("alertmanager", "prometheus-alertmanager"), "github.com/prometheus/alertmanager", "v0.34.2",
        "./cmd/alertmanager", "prometheus-alertmanager", pages="ui/app/dist/index.html",
    ),
    "jaeger": Source(("jaeger",), "github.com/jaegertracing/jaeger", "v1.76.0", "./cmd/jaeger"),
}  # fmt: skip


def program(name: str, progress: Progress) -> Path:
    """Where it is; builds it where it is not. Raises `Problem`."""
    return find(name) or build(name, progress)


def find(name: str) -> Path | None:
    """On PATH, or in the cache."""
    source = SOURCES[name]
    for candidate in source.names:
        if (found := shutil.which(candidate)) is not None:
            return Path(found)
    cached = _cached(name)
    return cached if os.access(cached, os.X_OK) else None


def cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cift"


def build(name: str, progress: Progress) -> Path:
    """Takes minutes; one at a time, whoever asks."""
    source, target = SOURCES[name], _cached(name)
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        debian = f"install it (Debian: apt install {source.debian}), or " if source.debian else ""
        raise Problem(f"{name} is not on PATH, and Go, which builds it, is missing", f"{debian}install Go: go.dev/dl")
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.with_suffix(".lock")):
        if os.access(target, os.X_OK):
            return target
        what = f"building {name} {source.version} (first time only)"
        progress(what)
        with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=target.parent) as folder:
            sources = _sources(go, source, Path(folder) / "source")
            fresh = Path(folder) / name
            _compile(go, source, sources, fresh, lambda share: progress(f"{what}: {share:.0%}"))
            fresh.replace(target)
        progress("")
    return target


def _cached(name: str) -> Path:
    return cache() / "bin" / f"{name}-{SOURCES[name].version}"


def _sources(go: str, source: Source, folder: Path) -> Path:
    """A copy of the module: `go install` refuses modules whose own go.mod replaces others."""
    said = _run([go, "mod", "download", "-json", f"{source.module}@{source.version}"], Path.home())
    shutil.copytree(json.loads(said)["Dir"], folder, copy_function=shutil.copyfile)
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)
    if source.pages:
        (folder / source.pages).parent.mkdir(parents=True, exist_ok=True)
        (folder / source.pages).write_text("<p>Built without web pages; the API is at /api/v2.</p>\n")
    return folder


def _compile(go: str, source: Source, folder: Path, target: Path, progress: Callable[[float], None]) -> None:
    flags = ["-mod=mod", "-buildvcs=false", "-trimpath", *source.flags]
    packages = len(_run([go, "list", "-deps", *flags, source.package], folder).splitlines())
    # The compiler names each package that it has to compile; what Go has cached is not named.
    command = [go, "build", "-v", *flags, "-o", str(target), source.package]
    with subprocess.Popen(command, cwd=folder, env=_environment(), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines: list[str] = []
        compiled = 0
        for line in process.stderr:
            lines.append(line.rstrip())
            compiled += re.fullmatch(r"[\w./~-]+", line.strip()) is not None
            progress(min(compiled / max(packages, 1), 0.99))
    if process.returncode:
        raise Problem(f"{source.module} does not build:\n" + "\n".join(lines[-10:]))


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Problem(f"{' '.join(command[:3])} failed: " + "\n".join((done.stdout + done.stderr).splitlines()[-10:]))
    return done.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "GOFLAGS": "", "GOWORK": "off", "CGO_ENABLED": "0"}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> None:
    """`python -m cift_operator.local.go_programs jaeger …`: builds what is not there, for tests and images."""
    for name in sys.argv[1:]:
        try:
            print(f"{name}: {program(name, _tell)}")
        except Problem as problem:
            sys.exit(str(problem))


def _tell(what: str) -> None:
    if what and ": " not in what:
        print(what, flush=True)


if __name__ == "__main__":
    main()
