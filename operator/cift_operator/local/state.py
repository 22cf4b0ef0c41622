"""The state folder: what a platform leaves on a machine, and where."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cift_operator.local.problem import Problem

_SOCKET_PATH_MAX = 100  # the kernel takes 107


class State:
    """`.cift/`: data, secrets, logs, traces, audit, and run/ for what concerns the processes."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.run = self.root / "run"
        self.logs = self.root / "logs"
        self.data = self.root / "data"
        self.secrets = self.root / "secrets"
        self.traces = self.root / "traces"
        self.credentials = self.root / "credentials.json"
        self.record = self.run / "platform.json"
        self.pids = self.run / "pids"

    @property
    def exists(self) -> bool:
        return self.record.exists()

    @property
    def sockets(self) -> Path:
        """run/ itself where its path is short enough for a Unix socket, else a folder beside other temporary ones."""
        if len(str(self.run / "supervisor.sock.1234567")) <= _SOCKET_PATH_MAX:
            return self.run
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"cift-{os.getuid()}-{digest}"

    def create(self) -> None:
        # Stores run as another user: they pass through root and data, and see nothing else.
        for folder, mode in ((self.root, 0o711), (self.run, 0o711), (self.data, 0o711)):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(mode)
        for folder in (self.logs, self.secrets, self.traces, self.pids, self.run / "launch"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.sockets != self.run:
            self.sockets.mkdir(mode=0o700, exist_ok=True)
            if self.sockets.stat().st_uid != os.getuid():
                raise Problem(f"{self.sockets} belongs to somebody else", "remove it, or choose another state folder")

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def load(self) -> dict[str, Any]:
        """What the last `up` noted; empty when there was none."""
        try:
            return dict(json.loads(self.record.read_text()))
        except FileNotFoundError:
            return {}

    def save(self, record: dict[str, Any]) -> None:
        write_private(self.record, json.dumps(record, indent=2))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One `up` or `down` at a time."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Problem(
                    f"another cift is starting or stopping the platform in {self.root}", "wait for it"
                ) from None
            yield

    def forget(self) -> None:
        """Removes the sockets and what concerns processes; data, secrets, logs and the record stay."""
        if self.sockets != self.run:
            shutil.rmtree(self.sockets, ignore_errors=True)
        record = self.load()
        shutil.rmtree(self.run, ignore_errors=True)
        if record:
            self.run.mkdir(mode=0o711)
            self.save(record)

    def purge(self) -> None:
        """Removes everything, for good."""
        self.forget()
        shutil.rmtree(self.root)


def write_private(path: Path, content: str) -> None:
    """Writes a file that only its owner reads, at once or not at all."""
    temporary = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    temporary.replace(path)
