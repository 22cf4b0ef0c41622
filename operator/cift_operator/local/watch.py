"""Which services' sources have changed, so that a contributor's edit shows at once."""

import importlib.util
import os
from collections.abc import Iterable
from pathlib import Path

from cift_operator.render.local import Process

_SHARED = ("cift_common", "cift_proto")


class Sources:
    """Remembers when the sources of each service were last changed."""

    def __init__(self, processes: Iterable[Process]) -> None:
        self._folders = {
            process.name: [folder for module in (process.argv[2], *_SHARED) for folder in _folders(module)]
            for process in processes
            if not process.task and process.argv[1:2] == ("-m",) and process.argv[2].startswith("cift_")
        }
        self._known = self._look()

    def changed(self) -> list[str]:
        """Names of the services whose sources are not what they were at the last call."""
        now = self._look()
        found = [name for name in now if now[name] != self._known[name]]
        self._known = now
        return found

    def _look(self) -> dict[str, tuple[int, int]]:
        stamps = {folder: _stamp(folder) for folders in self._folders.values() for folder in folders}
        return {
            name: (max(stamps[folder][0] for folder in folders), sum(stamps[folder][1] for folder in folders))
            for name, folders in self._folders.items()
            if folders
        }


def _folders(module: str) -> list[Path]:
    spec = importlib.util.find_spec(module)
    folders = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    # What is installed does not change under a running platform.
    return [folder for folder in folders if "site-packages" not in folder.parts]


def _stamp(folder: Path) -> tuple[int, int]:
    """The newest change and the number of sources below a folder."""
    newest, count = 0, 0
    for root, names, files in os.walk(folder):
        names[:] = [name for name in names if not name.startswith((".", "__"))]
        for name in files:
            if name.endswith((".py", ".sql")):
                newest, count = max(newest, os.stat(os.path.join(root, name)).st_mtime_ns), count + 1
    return newest, count
