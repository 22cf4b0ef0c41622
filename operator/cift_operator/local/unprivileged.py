"""Stores as root run as `nobody`, below any folder.

PostgreSQL refuses root. Where a parent folder is closed to others (a checkout below /root, a folder of mktemp), the
process keeps one capability that lets it pass. `access(2)`, by which PostgreSQL looks for itself, ignores capabilities
unless the secure bit NO_SETUID_FIXUP is set.
"""

import os
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path

from cift_operator.local.problem import Problem

UID = GID = 65534
_CAPABILITIES = {"dac_override": 1, "dac_read_search": 2}
_SETPCAP = 8


def needed() -> bool:
    return os.geteuid() == 0


def prefix(paths: Iterable[Path]) -> tuple[str, ...]:
    """What to put before a command that uses these paths; nothing when we are not root. Raises `Problem`."""
    if not needed():
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise Problem(
            "as root, stores are started by setpriv, which is missing", "install util-linux, or do not run as root"
        )
    command = (setpriv, f"--reuid={UID}", f"--regid={GID}", "--clear-groups")
    closed = next((path for path in paths if not _reachable(path)), None)
    if closed is None:
        return (*command, "--inh-caps=-all", "--")
    capability = next((name for name in ("dac_read_search", "dac_override") if _has(_CAPABILITIES[name])), None)
    if capability is None or not _has(_SETPCAP):
        raise Problem(
            f"{closed} is below a folder that other users may not enter, and stores do not run as root",
            "put the checkout and the state folder where others may pass (chmod o+x), or do not run as root",
        )
    return (
        *command,
        "--securebits=+no_setuid_fixup",
        f"--inh-caps=-all,+{capability}",
        f"--ambient-caps=+{capability}",
        "--",
    )


def own(path: Path) -> None:
    """Gives a folder and all in it to the stores' user."""
    if not needed() or path.stat().st_uid == UID:
        return
    for folder, _, files in os.walk(path):
        os.chown(folder, UID, GID)
        for name in files:
            os.chown(Path(folder) / name, UID, GID, follow_symlinks=False)


def own_file(path: Path) -> None:
    if needed():
        os.chown(path, UID, GID)


def _reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def _has(capability: int) -> bool:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> capability & 1)
    return False
