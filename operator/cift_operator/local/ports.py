"""Ports: which numbers a platform takes, and whether they are free."""

import random
import socket
import time
from collections.abc import Iterable

import psutil

from cift_operator.components import Component
from cift_operator.local.problem import Problem

Ports = dict[tuple[str, str], int]


def shifted(components: Iterable[Component], offset: int) -> Ports:
    """The usual ports, all moved by the same number."""
    return {
        (component.name, port.name): port.number + offset
        for component in components
        for port in component.ports
        if not port.socket
    }


def free(components: Iterable[Component], host: str = "127.0.0.1") -> Ports:
    """Ports that nobody has now, none of which the system gives to outgoing connections.

    A process that is killed finds such a port free again when it comes back.
    """
    ports: Ports = {}
    candidates = random.sample(_UNASSIGNED, len(_UNASSIGNED))
    for key in shifted(components, 0):
        while not is_free(host, number := candidates.pop()):
            pass
        ports[key] = number
    return ports


# Linux gives 32768–60999 to outgoing connections, other systems start at 49152.
_UNASSIGNED = range(10_240, 32_768)


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
