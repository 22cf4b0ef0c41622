"""The matcher's binary: built by cargo when it is missing or older than its sources."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from cift_operator.local.problem import Problem

_SOURCES = (".rs", ".toml", ".lock", ".proto")


def matcher(progress: Callable[[str], None]) -> Path:
    """Raises `Problem`."""
    if named := os.environ.get("CIFT_MATCHER_BIN"):
        if not os.access(named, os.X_OK):
            raise Problem(f"CIFT_MATCHER_BIN names {named}, which is not a program")
        return Path(named).absolute()
    root = Path(__file__).resolve().parents[3]
    workspace = root / "rust_core"
    if not (workspace / "Cargo.toml").exists():
        raise Problem(f"the Rust sources are not in {workspace}", "point CIFT_MATCHER_BIN to the matcher's binary")
    target = Path(os.environ.get("CARGO_TARGET_DIR") or workspace / "target")
    binary = (target if target.is_absolute() else workspace / target) / "release" / "cift-matcher"
    if not binary.exists() or binary.stat().st_mtime < _newest(workspace, root / "proto" / "cift"):
        _build(workspace, progress, "its sources have changed" if binary.exists() else "first time only")
        # Cargo leaves the file alone when nothing that matters has changed.
        binary.touch()
    return binary


def _newest(*folders: Path) -> float:
    return max(
        (
            (Path(folder) / name).stat().st_mtime
            for root in folders
            for folder, names, files in os.walk(root)
            if not _prune(names)
            for name in files
            if name.endswith(_SOURCES)
        ),
        default=0.0,
    )


def _prune(names: list[str]) -> bool:
    names[:] = [name for name in names if name not in ("target", "fuzz", "benches", "tests", ".git")]
    return False


def _build(workspace: Path, progress: Callable[[str], None], why: str) -> None:
    cargo = shutil.which("cargo") or shutil.which("cargo", path=str(Path.home() / ".cargo" / "bin"))
    if cargo is None:
        raise Problem(
            "cargo is missing (the matcher is built with it)", "install Rust 1.90 or later: https://rustup.rs"
        )
    progress(f"building Rust core ({why})")
    done = subprocess.run(
        [cargo, "build", "--release", "-p", "cift-matcher"], cwd=workspace, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Problem("the Rust core does not build:\n" + "\n".join(done.stderr.strip().splitlines()[-15:]))
    progress("")
