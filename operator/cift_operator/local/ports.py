"""Ports: which numbers a platform takes, and whether they are free."""

import socket
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
    """Ports that nobody has now, as the system gives them; kept open together so that none comes twice."""
    held: list[socket.socket] = []
    ports: Ports = {}
    try:
        for key in shifted(components, 0):
            held.append(opened := socket.socket())
            opened.bind((host, 0))
            ports[key] = opened.getsockname()[1]
    finally:
        for opened in held:
            opened.close()
    return ports


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
            elif not is_free(host, number):
                found.append(
                    Problem(
                        f"port {number} ({component.name}, {port.name}) is in use{_by_whom(number)}",
                        "end that program, or move every port of this platform: cift up --port-offset 1000",
                    )
                )
    return found


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
            listening = connection.status == psutil.CONN_LISTEN and connection.laddr
            if listening and connection.pid and listening.port == number:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return ""
