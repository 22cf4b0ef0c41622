"""What people see while a platform starts, and what `cift status` prints."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.status import Status
from rich.table import Table
from rich.text import Text

from cift_operator.local.start import Step
from cift_operator.local.status import ComponentStatus

_COLOURS = {"ready": "green", "done": "green", "starting": "yellow", "running": "yellow", "failed": "red"}


class Progress:
    """A live table on a terminal; elsewhere one line each time something becomes ready."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live: Live | None = None
        self._said: set[str] = set()
        self._doing = ""
        self._status: Status | None = None

    def doing(self, what: str) -> None:
        """Something long before the start: a build, a download; empty when it is over."""
        if self._console.is_terminal and what:
            self._status = self._status or self._console.status("")
            self._status.start()
            self._status.update(f"{what} …")
        elif what and what.partition(": ")[0] != self._doing:
            # How far it is, is news for a terminal only.
            self._console.print(f"  {what} …", style="dim")
        elif not what:
            self._end_status()
            if self._doing:
                self._console.print(f"  {self._doing}: done", style="dim")
        self._doing = what.partition(": ")[0]

    def _end_status(self) -> None:
        if self._status is not None:
            self._status.stop()
            self._status = None

    def steps(self, steps: Sequence[Step]) -> None:
        if not self._console.is_terminal:
            for step in steps:
                if step.over and not step.process.task and step.process.name not in self._said:
                    self._said.add(step.process.name)
                    self._console.print(_line(step), soft_wrap=True)
            return
        if self._live is None:
            self._live = Live(console=self._console, refresh_per_second=12, transient=False)
            self._live.start()
        self._live.update(_table(steps))

    def close(self) -> None:
        self._end_status()
        if self._live is not None:
            self._live.stop()
            self._live = None


def _table(steps: Sequence[Step]) -> Table:
    table = Table.grid(padding=(0, 3))
    migrations = [step for step in steps if step.process.task]
    for step in steps:
        if not step.process.task:
            table.add_row(*_cells(step))
    if migrations and not all(step.over for step in migrations):
        done = sum(step.over for step in migrations)
        table.add_row("  schemas", "", Text(f"{done} of {len(migrations)}", "yellow"), "", "")
    return table


def _cells(step: Step) -> tuple[str | Text, ...]:
    process = step.process
    seconds = f"{step.seconds:.1f}s" if step.seconds else ""
    name = f"  {process.name}"
    return (
        name,
        Text(process.version, "dim"),
        Text(step.phase, _COLOURS.get(step.phase, "dim")),
        seconds,
        process.address,
    )


def _line(step: Step) -> str:
    process = step.process
    return f"  {process.name:<12}{process.version:<10}{step.phase:<8}{step.seconds:>5.1f}s   {_short(process.address)}"


def status_table(statuses: Sequence[ComponentStatus]) -> Table:
    """Components with what they are doing; tasks only where they failed."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("NAME", "STATE", "PID", "VERSION", "ADDRESS", "RESTARTS", "UPTIME", "MEMORY"):
        table.add_column(column, no_wrap=column != "ADDRESS", overflow="fold")
    for status in statuses:
        if status.state == "done":
            continue
        table.add_row(
            status.name,
            Text(status.state, _COLOURS.get(status.state, "dim")),
            str(status.pid or ""),
            status.version,
            _short(status.address),
            str(status.restarts),
            duration(status.uptime_seconds) if status.pid else "",
            f"{status.memory_bytes / 2**20:.0f} MiB" if status.pid else "",
        )
    return table


def _short(address: str) -> str:
    """A socket's path as seen from here."""
    return address.replace(f"unix:{Path.cwd()}/", "unix:")


def duration(seconds: int) -> str:
    """`4s`, `3m 4s`, `2h 3m`, `5d 2h`."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if days:
        return f"{days}d {hours % 24}h"
    if hours:
        return f"{hours}h {minutes % 60}m"
    return f"{minutes}m {seconds % 60}s" if minutes else f"{seconds}s"
