"""Ports: which numbers a platform takes, and whether they are free."""

import random
import socket
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

import psutil

from cift_operator.components import Component
from cift_operator.local.problem import Problem, Problems

Ports = dict[tuple[str, str], int]


def shifted(components: Iterable[Component], offset: int) -> Ports:
    """The usual ports, all moved by the same number."""
    return {
        (component.name, port.name): port.number + offset
        for component in components
        for port in component.ports
        if not port.socket
    }


@contextmanager
def free(components: Iterable[Component], host: str = "127.0.0.1", *, besides: Collection[int] = ()) -> Iterator[Ports]:
    """A run of ports that nobody has now, none of them in `besides`, and none that the system gives to who calls out.

    A process that is killed finds such a port free again when it comes back. The number before the run is held until
    the end of the context, so that platforms that start at the same time never choose the same run.
    """
    wanted = list(shifted(components, 0))
    for first in random.sample(_RUNS, len(_RUNS)):
        numbers = range(first + 1, first + 1 + len(wanted))
        with socket.socket() as guard:
            try:
                guard.bind((host, first))
            except OSError:
                continue
            if all(is_free(host, number) and number not in besides for number in numbers):
                yield dict(zip(wanted, numbers, strict=True))
                return
    raise Problems([Problem("no run of free ports is left", "end a platform that is not needed: cift down")])


# Linux gives 32768–60999 to outgoing connections, other systems start at 49152.
_RUNS = range(10_240, 32_668, 100)


def problems(components: Iterable[Component], plan: Ports, host: str) -> list[Problem]:
    """One for each port that somebody else has."""
    found = []
    for component in components:
        for port in component.ports:
            if port.socket:
                continue
            number = plan[component.name, port.name]
            if not 0 < number < 65536:
                found.append(Problem(f"{component.name} would take port {number}, which is none", "a smaller offset"))
            elif not _becomes_free(host, number):
                found.append(
                    Problem(
                        f"port {number} ({component.name}, {port.name}) is in use{_by_whom(number)}",
                        "end that program, or move every port of this platform: cift up --port-offset auto",
                    )
                )
    return found


def _becomes_free(host: str, number: int) -> bool:
    """An outgoing connection may have the port for a moment; a listener keeps it."""
    deadline = time.monotonic() + 3
    while not is_free(host, number):
        if _listens(host, number) or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _listens(host: str, number: int) -> bool:
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex((host, number)) == 0


def is_free(host: str, number: int) -> bool:
    with socket.socket() as probe:
        # As servers do, so that connections in TIME_WAIT do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError:
            return False
    return True


def _by_whom(number: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.pid and connection.laddr.port == number:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""
