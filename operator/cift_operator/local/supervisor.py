"""supervisord: runs the processes, starts them again after a crash, keeps their logs.

It decides nothing about order: `platform.py` starts and stops by its RPC interface over a Unix socket.
"""

import os
import shlex
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults, SupervisorTransport

from cift_operator.local import launcher, pids
from cift_operator.local.problem import Problem
from cift_operator.local.state import State, write_private
from cift_operator.render.local import Process

_CONFIGURATION = """\
; written by `cift up`
[unix_http_server]
file = {socket}
chmod = 0700

[supervisord]
nodaemon = true
silent = true
{user}umask = 077
directory = {run}
pidfile = {run}/supervisord.pid
logfile = {logs}/supervisord.log
logfile_maxbytes = 5MB
logfile_backups = 1
childlogdir = {logs}
strip_ansi = false

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""

_PROGRAM = """
[program:{name}]
command = /bin/sh {script}
autostart = false
autorestart = true
startsecs = 1
startretries = 100000
stopsignal = {stop_signal}
stopwaitsecs = {stop_seconds}
killasgroup = true
redirect_stderr = true
stdout_logfile = {log}
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
priority = {priority}
"""


@dataclass(frozen=True)
class Running:
    """What supervisord knows of a process. State as it calls them: STOPPED, STARTING, RUNNING, BACKOFF, FATAL, …"""

    name: str
    state: str
    pid: int
    uptime_seconds: int

    @property
    def is_wanted(self) -> bool:
        """It runs, or is tried again and again."""
        return self.state in ("STARTING", "RUNNING", "BACKOFF")


class Supervisor:
    """One supervisord and what runs under it."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._socket = state.sockets / "supervisor.sock"
        self._configuration = state.run / "supervisord.conf"
        self._transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        self._server = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=self._transport)

    @property
    def alive(self) -> bool:
        record = pids.read(self._state.pids, "supervisord")
        return record is not None and record.alive and self._answers()

    def start(self) -> None:
        """Starts supervisord in a session of its own, so that a Ctrl-C here does not reach it."""
        self._socket.unlink(missing_ok=True)
        log = self._state.log("supervisord.start")
        with log.open("wb") as output:
            daemon = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "-c", str(self._configuration), "-n"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=launcher.environment(),
                start_new_session=True,
                cwd=self._state.run,
            )
        pids.write(self._state.pids, "supervisord", daemon.pid)
        deadline = time.monotonic() + 20
        while not self._answers():
            if daemon.poll() is not None:
                raise Problem(f"supervisord ended: {log.read_text().strip()}")
            if time.monotonic() > deadline:
                daemon.kill()
                raise Problem("supervisord does not answer", f"see {log}")
            time.sleep(0.02)

    def configure(self, processes: Iterable[Process]) -> None:
        """Writes the configuration; each process gets its place in the order by which all are stopped."""
        text = _CONFIGURATION.format(
            socket=_escaped(self._socket), run=_escaped(self._state.run), logs=_escaped(self._state.logs), user=_user()
        )
        for priority, process in enumerate(processes, start=1):
            text += _PROGRAM.format(
                name=process.name,
                script=_escaped(shlex.quote(str(self._state.run / "launch" / process.name))),
                stop_signal=process.stop_signal,
                stop_seconds=process.stop_seconds,
                log=_escaped(self._state.log(process.name)),
                priority=priority,
            )
        write_private(self._configuration, text)

    def reload(self) -> None:
        """Takes in what `configure` added; what it left out must have been stopped."""
        ((added, _, removed),) = self._call("supervisor.reloadConfig")
        for name in removed:
            self._call("supervisor.removeProcessGroup", name)
        for name in added:
            self._call("supervisor.addProcessGroup", name)

    def start_process(self, name: str) -> None:
        self._call("supervisor.startProcess", name, False, ignore=Faults.ALREADY_STARTED)

    def stop_process(self, name: str) -> None:
        """Sends the stop signal; does not wait."""
        self._call("supervisor.stopProcess", name, False, ignore=Faults.NOT_RUNNING)

    def processes(self) -> dict[str, Running]:
        return {
            info["name"]: Running(
                info["name"], info["statename"], info["pid"], max(0, info["now"] - info["start"]) if info["pid"] else 0
            )
            for info in self._call("supervisor.getAllProcessInfo")
        }

    def shutdown(self) -> None:
        """Ends supervisord, and with it whatever still runs under it."""
        record = pids.read(self._state.pids, "supervisord")
        with suppress(OSError, xmlrpc.client.Error):
            self._call("supervisor.shutdown")
        self._transport.close()
        deadline = time.monotonic() + 60
        while record is not None and record.alive and time.monotonic() < deadline:
            time.sleep(0.02)
        if record is not None:
            pids.end({"supervisord": record}, grace_seconds=5)

    def _answers(self) -> bool:
        if not self._socket.exists():
            return False
        try:
            self._call("supervisor.getState")
        except (OSError, xmlrpc.client.Error):
            return False
        return True

    def _call(self, method: str, *arguments: Any, ignore: int | None = None) -> Any:
        try:
            return getattr(self._server, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != ignore:
                raise
            return None
        except BaseException:
            # The transport keeps its connection; after a failure it must not be used again.
            self._transport.close()
            raise


def _escaped(text: Path | str) -> str:
    return str(text).replace("%", "%%")


def _user() -> str:
    # As root, supervisord wants to be told that it is meant.
    return "user = root\n" if os.geteuid() == 0 else ""
